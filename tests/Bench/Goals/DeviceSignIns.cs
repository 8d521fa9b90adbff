using System.Net;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Bench.References;
using Unit.Support;

namespace Bench.Goals;

/// <summary>
/// G11: devices that sign in for the first time, each another one, against bare MQTTnet with the same work done by hand and against
/// mosquitto with a file of passwords; RabbitMQ afterwards.
/// </summary>
internal static class DeviceSignIns
{
    private const int Devices = 200_000;
    private const int PortalPort = 21410;
    private const int LimitPort = 21412;
    private const int MosquittoPort = 21413;
    private const int PasswordsOfMosquitto = 20_000;
    private const int WarmUps = 4_000;
    private const int SignInsARound = 8_000;
    private const int SignInsARoundOfRabbitMq = 800;

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(Devices);
        var database = setting.Fleets.CopyWithKeys(fleet);
        var devices = DeviceLogins.Draw(database, fleet.Sample.OrganizationId, WarmUps + (SignInsARound * setting.Options.Rounds));
        var (limitDatabase, limitLogins) = await setting.References.PrepareLimitMqttAsync(Devices);
        await using var limitServer = await setting.References.StartLimitMqttAsync(limitDatabase, LimitPort);
        await using var mosquitto = await Mosquitto.StartAsync(setting.Options, limitLogins.Take(PasswordsOfMosquitto), MosquittoPort);
        await using var portal = await PortalBroker.StartAsync(setting, database, PortalPort);

        var ours = new SignIns(portal.Server, portal.Door, areAccepted: true, [.. devices.Select(device => device.Login)]);
        var limit = new SignIns(limitServer, At(LimitPort), areAccepted: true, Shuffled(limitLogins));
        var plain = new SignIns(mosquitto, At(MosquittoPort), areAccepted: true, Shuffled([.. limitLogins.Take(PasswordsOfMosquitto)]));
        SignIns[] sides = [ours, limit, plain];
        for (var round = -1; round < setting.Options.Rounds; round++)
        {
            foreach (var side in sides)
            {
                await side.RunAsync(round < 0 ? WarmUps : SignInsARound, counted: round >= 0);
            }
        }

        await MeasureRabbitMqAsync(setting, ours);

        var report = setting.Report;
        report.AtLeast("G11", "activations, 64 at once; limitmqtt beside", "/s", ours.PerSecond, limit.PerSecond,
            bar: 0.6 * limit.PerSecond, barText: ">= 0.6 x", moonshot: 0.9 * limit.PerSecond, moonshotText: ">= 0.9 x");
        report.AtLeast("G11", "activations, 64 at once; mosquitto beside", "/s", ours.PerSecond, plain.PerSecond,
            bar: 0.5 * plain.PerSecond, barText: ">= 0.5 x", moonshot: 0.8 * plain.PerSecond, moonshotText: ">= 0.8 x");
        report.Ratio("G11", "activation, server CPU; limitmqtt beside", "us", ours.CpuMicroseconds, limit.CpuMicroseconds, bar: null, moonshot: 1.15);
        report.Info("G11", "activation, server CPU; mosquitto beside", "us", ours.CpuMicroseconds, plain.CpuMicroseconds);
        report.Info("G11", "activation, p50; limitmqtt beside", "ms", ours.Times.P50, limit.Times.P50);
        report.Info("G11", "activation, p99; limitmqtt beside", "ms", ours.Times.P99, limit.Times.P99);
        report.Info("G11", "  longest", "ms", ours.Times.Max, limit.Times.Max);
        report.Info("G11", "memory of the server after all; limitmqtt beside", "MiB", portal.Server.ResidentKiB / 1024, limitServer.ResidentKiB / 1024);
    }

    /// <summary>After the others and not between them: what it does when nobody asks for anything would be in their turns.</summary>
    private static async Task MeasureRabbitMqAsync(Setting setting, SignIns ours)
    {
        if (RabbitMq.Server is null)
        {
            Console.WriteLine("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server): left out.");
            return;
        }

        await using var rabbit = new RabbitMq();
        await rabbit.StartAsync();
        var signIns = new SignIns(null, At(rabbit.MqttPort), areAccepted: true, [.. Enumerable.Range(0, 10_000).Select(number => new MqttLogin($"device-{number}", "guest", "guest"))]);
        for (var round = -1; round < setting.Options.Rounds; round++)
        {
            await signIns.RunAsync(SignInsARoundOfRabbitMq, counted: round >= 0);
        }

        setting.Report.AtLeast("G11", "activations, 64 at once; RabbitMQ's MQTT plugin beside", "/s", ours.PerSecond, signIns.PerSecond, bar: 5 * signIns.PerSecond, barText: ">= 5 x");
    }

    private static MqttLogin[] Shuffled(IReadOnlyList<MqttLogin> logins)
    {
        var shuffled = logins.ToArray();
        new Random(11).Shuffle(shuffled);
        return shuffled;
    }

    private static IPEndPoint At(int port) => new(IPAddress.Loopback, port);
}
