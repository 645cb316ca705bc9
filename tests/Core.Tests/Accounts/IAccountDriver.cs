namespace Portcullis.Accounts;

/// <summary>Drives what keeps an account's slots, on a clock of the test's. Times are epoch milliseconds.</summary>
internal interface IAccountDriver : IAsyncDisposable
{
    ManualTime Time { get; }

    Task<MintJudgement> MintAsync(string sid, long expiresAt);

    /// <summary>A mint that was granted and whose storing failed or was not waited for; its row may be on disk all the same.</summary>
    Task<MintJudgement> MintInVainAsync(string sid, long expiresAt, bool kept);

    Task RenewAsync(string sid, long startedAt, long expiresAt);

    void See(string sid, long at);

    Task RevokeAsync(string sid);

    Task LiftAsync(string sid);

    Task SweepAsync();

    /// <summary>Ends without a word and starts again.</summary>
    Task KillAsync();

    /// <summary>How much is kept, in memory and on disk together.</summary>
    Task<int> CountAsync();
}
