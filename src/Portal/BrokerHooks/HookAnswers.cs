using System.Text;
using System.Text.Json;

namespace Portal.BrokerHooks;

internal static class HookAnswers
{
    /// <summary>As EMQX reads it: a status and <c>{"result": "allow" | "deny" | "ignore"}</c>.</summary>
    public static Task SendAsync(HttpContext context, int status, string result, Action<Utf8JsonWriter>? beside = null) =>
        ConnectApi.ConnectAnswers.SendAsync(context, status, json =>
        {
            json.WriteString("result", result);
            beside?.Invoke(json);
        });

    public static byte[] Bytes(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
