using Portal.BrokerHooks;

namespace Unit.BrokerHooks;

public sealed class RoutingKeyTests
{
    [Theory]
    [InlineData(".sys.pk.dk.thing.measurepoint.post", "dk", "/sys/pk/dk/thing/measurepoint/post")]
    [InlineData(".sys.pk.dk.thing.measurepoint.post.batch", "dk", "/sys/pk/dk/thing/measurepoint/post/batch")]
    [InlineData(".sys.pk.dk.1.thing.measurepoint.post_reply", "dk.1", "/sys/pk/dk.1/thing/measurepoint/post_reply")]
    [InlineData(".ext.session.pk.dk.combine.login", "dk", "/ext/session/pk/dk/combine/login")]
    [InlineData(".sys.pk.dk.thing.thing.x", "dk.thing", "/sys/pk/dk.thing/thing/x")]
    public void Topic_OfTheDevice_ComesBack(string key, string deviceKey, string topic) =>
        Assert.Equal(topic, RoutingKey.ToTopic(key, "pk", deviceKey));

    [Theory]
    [InlineData(".sys.pk.other.thing.measurepoint.post", "dk")]
    [InlineData(".sys.other.dk.thing.measurepoint.post", "dk")]
    [InlineData("sys.pk.dk.thing.measurepoint.post", "dk")]
    [InlineData(".sys.pk.dk", "dk")]
    [InlineData(".sys.pk.dk.", "dk")]
    [InlineData("", "dk")]
    [InlineData("#", "dk")]
    [InlineData(".sys.pk.*.thing.measurepoint.post", "dk")]
    // Of the device dk.1, or of one whose key holds a word of the contract.
    [InlineData(".sys.pk.dk.1.thing.measurepoint.post", "dk")]
    [InlineData(".sys.pk.dk.thing.thing.x", "dk")]
    [InlineData(".sys.pk.dk.thing.1.thing.measurepoint.post", "dk")]
    [InlineData(".ext.session.pk.dk.combine.thing.activate.info", "dk")]
    // Everything of dk is also everything of dk.1.
    [InlineData(".sys.pk.dk.#", "dk")]
    [InlineData(".sys.pk.dk.thing.#", "dk")]
    [InlineData(".sys.pk.dk.thing.*.post", "dk")]
    public void Topic_OfAnotherOrOfMore_IsNone(string key, string deviceKey) =>
        Assert.Null(RoutingKey.ToTopic(key, "pk", deviceKey));
}
