using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Portcullis.Aws.Tables;

/// <summary>Numbers that several count with.</summary>
internal sealed partial class DynamoTable
{
    /// <summary>Adds to a number of an item, which is made when there is none. Tried again after a lost answer, it may count twice.</summary>
    /// <returns>The whole item then.</returns>
    public async Task<Dictionary<string, AttributeValue>> AddAsync(string partition, string sort, string attribute, long by, CancellationToken cancellation)
    {
        var request = new UpdateItemRequest
        {
            TableName = name,
            Key = KeyOf(partition, sort),
            UpdateExpression = "ADD #number :by",
            ExpressionAttributeNames = new() { ["#number"] = attribute },
            ExpressionAttributeValues = new() { [":by"] = Number.Of(by) },
            ReturnValues = ReturnValue.ALL_NEW,
        };
        var answer = await CallAsync(() => client.UpdateItemAsync(request, cancellation), cancellation).ConfigureAwait(false);
        return answer.Attributes;
    }
}
