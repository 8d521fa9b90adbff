using Bench.Measuring;

namespace Bench.References;

/// <summary>The broker of Debian's package <c>mosquitto</c> with a file of passwords and no database: the plainest check there is.</summary>
internal static class Mosquitto
{
    /// <summary>A user for each of <paramref name="logins"/>, whose passwords it stores hashed.</summary>
    public static async Task<ServerProcess> StartAsync(BenchOptions options, IEnumerable<MqttLogin> logins, int port)
    {
        var folder = Path.Combine(options.Data, "scratch");
        var (passwords, configuration) = (Path.Combine(folder, "mosquitto.passwords"), Path.Combine(folder, "mosquitto.conf"));
        Directory.CreateDirectory(folder);
        await File.WriteAllLinesAsync(passwords, logins.Select(login => $"{login.UserName}:{login.Password}"));
        await Commands.RunAsync(folder, "mosquitto_passwd", ["-U", passwords]);
        await File.WriteAllTextAsync(configuration, $"""
            listener {port} 127.0.0.1
            allow_anonymous false
            password_file {passwords}
            user {Environment.UserName}
            log_type error

            """);
        return await ServerProcess.StartAsync(
            Path.Combine(options.Data, "logs", "mosquitto.log"), new Uri($"mqtt://127.0.0.1:{port}"), "", "mosquitto", ["-c", configuration]);
    }
}
