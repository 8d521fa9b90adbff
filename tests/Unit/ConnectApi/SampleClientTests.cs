using System.Diagnostics;
using System.Text.RegularExpressions;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Clients in other languages, with nothing but what their ecosystem has.</summary>
public sealed partial class SampleClientTests
{
    [Fact]
    public async Task A_Python_client_opens_the_secret_that_a_CSharp_client_opens()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        var data = Ok(await client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-py","requireSecret":true}""", ("assetId", device.AssetId)));
        var file = Path.Combine(world.Portal.Database.Folder, "private.pem");
        await File.WriteAllTextAsync(file, Key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        var opened = await RunAsync("python3", data.ToString(), Path.Combine(AppContext.BaseDirectory, "ConnectApi", "open_secret.py"), file);

        Assert.Matches(SecretPattern(), opened);
        Assert.True(opened == ReplaceFlowTests.Open(data), "The two clients do not read the same secret.");
    }

    [Fact]
    public async Task Curl_and_openssl_alone_replace_a_device()
    {
        await using var world = await StartAsync();
        var device = await world.NextDeviceAsync();
        var script = Path.Combine(AppContext.BaseDirectory, "ConnectApi", "replace.sh");

        var answer = await RunAsync("bash", "", script, world.Portal.Address.ToString().TrimEnd('/'), device.AssetId, "logger-curl");

        Assert.Contains("\"code\":0", answer, StringComparison.Ordinal);
        Assert.Contains("\"deviceKey\":\"logger-curl\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"sessionKey\":", answer, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode} (./test installs what it needs: python3-cryptography, curl, openssl): {await error}");
        return (await output).Trim();
    }

    [GeneratedRegex("^[2-9A-HJ-NP-Za-km-z]{32}$")]
    private static partial Regex SecretPattern();
}
