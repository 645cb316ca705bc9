using Portcullis.Assets;

namespace Portcullis.Tokens.V1;

/// <summary>What came of reading a policy: the policy, or what is wrong with it.</summary>
/// <param name="Policy">The policy; null with errors.</param>
/// <param name="Errors">Field path, the value and what is allowed; empty with a policy.</param>
public sealed record SmdePolicyReading(SmdePolicy? Policy, IReadOnlyList<FieldError> Errors);
