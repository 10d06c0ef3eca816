package dev.warmgate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://redis",
        "redis://redis:6379/1",
        "redis://:hunter2@redis:6379",
        "redis://user:p%40ss@redis:6379/0?timeout=2s&database=1&clientName=a",
        "rediss://:hunter2@redis.example.com:6380?verifyPeer=CA",
        "redis://[::1]:6379",
        "redis://127.0.0.1:6379",
        "redis-sentinel://:hunter2@a:26379,b:26379,c/0#main",
        "redis://my_redis",
        "redis://_redis/1?timeout=2s",
        "redis-sentinel://my_a:26379,my_b/0#main",
        "redis-sentinel://a,b?sentinelMasterId=main",
        "redis-socket:///run/redis.sock?database=1",
        "redis-socket://:hunter2@/run/redis.sock",
      })
  void acceptsWhatLettuceUnderstands(String text) {
    assertThat(new RedisUrl(text).uris()).hasSize(1);
    assertThat(new RedisUrl(text).toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "http://hunter2",
        "redis://:p@hunter2@redis:6379",
        "redis://:hunter2/x@redis:6379",
        "redis://:hunter2#x@redis",
        "redis://:hunter2?x=y@redis",
        "redis-sentinel://:p@hunter2@a:1,b:2/0#main",
        "redis://redis:hunter2",
        "redis://b,hunter2 x",
        "redis://b,redis:hunter2",
        "redis://redis:99999",
        "redis://redis/hunter2",
      })
  void refusesOtherUrlsWithoutRepeatingThem(String text) {
    assertThatThrownBy(() -> new RedisUrl(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("must look like redis://")
        .contains("percent-encoded")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "ssl=true, ssl",
    "ssl_cert_reqs=hunter2, ssl_cert_reqs",
    "tls=true, tls",
    "verifyPeer=hunter2, verifyPeer",
    "verify_peer=none, verify_peer",
    "timeout=hunter2, timeout",
    "database=hunter2, database",
    "database, database",
  })
  void refusesByNameAParameterThatWouldBeLessSafeThanItLooks(String query, String name) {
    assertThatThrownBy(() -> new RedisUrl("redis://:hunter2@redis:6379?" + query))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("the parameter " + name + " ")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({"family=0, family", "protocol=hunter2, protocol", "FOO, FOO"})
  void warnsOfOtherParametersWithoutEffect(String query, String name) {
    assertThat(new RedisUrl("redis://:hunter2@redis:6379?database=1&" + query).warnings())
        .containsExactly("the parameter " + name + " has no effect");
    assertThat(new RedisUrl("redis://redis?database=1&").warnings()).isEmpty();
  }

  @Test
  void saysWhatToUseForTls() {
    assertThatThrownBy(() -> new RedisUrl("redis://redis?ssl_cert_reqs=none"))
        .message()
        .contains("use rediss:// and verifyPeer");
  }

  @Test
  void readsThePasswordBeforeAHostWithAnUnderscore() {
    var credentials =
        new RedisUrl("redis://:p%40ss@my_redis/1").uris().getFirst().getCredentialsProvider();

    assertThat(credentials.resolveCredentials().block().getPassword())
        .isEqualTo("p@ss".toCharArray());
  }

  @Test
  void namesTheUnderscoreThatHidesThePort() {
    for (String url : List.of("redis://hunter2_x:6379", "rediss://:hunter2@my_redis:6380/1")) {
      assertThatThrownBy(() -> new RedisUrl(url))
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .contains("underscore")
          .doesNotContain("percent-encoded", "hunter2");
    }
  }

  @Test
  void namesSeveralNodesOfACluster() {
    var nodes = new RedisUrl("rediss://user:p%40ss@a:7000,[::1]:7001,my_c/0?timeout=2s").uris();

    assertThat(nodes)
        .extracting(node -> node.getHost() + " " + node.getPort() + " " + node.isSsl())
        .containsExactly("a 7000 true", "[::1] 7001 true", "my_c 6379 true");
    assertThat(nodes)
        .allMatch(node ->
            Arrays.equals(
                node.getCredentialsProvider().resolveCredentials().block().getPassword(),
                "p@ss".toCharArray()));
    assertThat(new RedisUrl("redis://localhost,a").verifiesServer()).isFalse();
    assertThat(new RedisUrl("redis://localhost,[::1]:7000").verifiesServer()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://a, false, true",
    "redis://a, true, true",
    "'redis://a,b', false, false",
    "'redis://a,b', true, true",
    "'redis-sentinel://a,b/0#main', false, true",
    "'redis-sentinel://a,b/0#main', true, false",
  })
  void fitsTheSwitchOfClusters(String url, boolean cluster, boolean fits) {
    assertThat(new RedisConfiguration(new RedisUrl(url), null, cluster, null).namesItsKind())
        .isEqualTo(fits);
  }

  @Test
  void ignoresTheCaseOfParameters() {
    assertThat(new RedisUrl("rediss://redis?VERIFYPEER=None").verifiesServer()).isFalse();
  }
}
