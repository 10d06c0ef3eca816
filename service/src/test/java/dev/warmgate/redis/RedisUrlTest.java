package dev.warmgate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "redis-sentinel://a,b?sentinelMasterId=main",
        "redis-socket:///run/redis.sock?database=1",
        "redis-socket://:hunter2@/run/redis.sock",
      })
  void acceptsWhatLettuceUnderstands(String text) {
    assertThat(new RedisUrl(text).uri()).isNotNull();
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
        "redis://hunter2_x:6379",
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
    "foo=hunter2, foo",
    "ssl=true, ssl",
    "verifyPeer=hunter2, verifyPeer",
    "verify_peer=none, verify_peer",
    "timeout=hunter2, timeout",
    "database=hunter2, database",
    "database, database",
  })
  void namesAParameterThatWouldHaveNoEffect(String query, String name) {
    assertThatThrownBy(() -> new RedisUrl("redis://:hunter2@redis:6379?" + query))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("the parameter " + name + " ")
        .doesNotContain("hunter2");
  }

  @Test
  void ignoresTheCaseOfParameters() {
    assertThat(new RedisUrl("rediss://redis?VERIFYPEER=None").verifiesServer()).isFalse();
  }
}
