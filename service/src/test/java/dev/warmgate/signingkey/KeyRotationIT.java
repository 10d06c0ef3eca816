package dev.warmgate.signingkey;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.KeyOperator;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.security.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests scheduled, manual and emergency rotation of keys with two replicas. */
final class KeyRotationIT {
  private static final String URL = Dependencies.newDatabaseUrl();
  private static final Duration SOON = Duration.ofSeconds(30);

  /** How long a client may cache the published keys here. */
  private static final long MAX_AGE_NANOS = Duration.ofSeconds(2).toNanos();

  @RegisterExtension static final RunningService ONE = service();
  @RegisterExtension static final RunningService OTHER = service();

  /** Rotates keys from another process. */
  private static final KeyOperator OPERATOR = new KeyOperator(URL, RunningService.KEY);

  private static RunningService service() {
    return new RunningService()
        .withManyConnections()
        .with("database.url", URL)
        .with("keys.rotate_after", "1d")
        .with("keys.publish_ahead", "8s")
        .with("keys.reload", "500ms");
  }

  @AfterAll
  static void stopOperator() {
    OPERATOR.close();
  }

  private final ApiClient one = ONE.api();
  private final ApiClient other = OTHER.api();

  @BeforeEach
  void leaveOneNewKey() throws Exception {
    ONE.sql(
        "UPDATE signing_key SET signs_from = now() - INTERVAL '1 minute' WHERE id = ?", signing());
    for (KeyRotation.Listed key : OPERATOR.keys.list()) {
      if (key.state() != KeyRotation.State.SIGNING) {
        OPERATOR.keys.retire(key.id());
      }
    }
    Eventually.within(SOON, () -> published(one).size() == 1 && published(other).size() == 1);
  }

  @Test
  void replacesAnOldKeyUnderLoadWithoutRefusingAToken() throws Exception {
    String old = signing();
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sessions.add(one.register(newEmail()).text("refresh_token"));
    }
    ONE.sql("UPDATE signing_key SET signs_from = now() - INTERVAL '1 day'");
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Set<String> signers = ConcurrentHashMap.newKeySet();
    AtomicBoolean done = new AtomicBoolean();
    Thread load =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Parallel.run(4, i -> verifyUntil(done, sessions.get(i), signers, failures));
              } catch (Exception failed) {
                failures.add(failed.toString());
              }
            });
    try {
      Eventually.within(SOON, () -> signers.size() == 2 || !failures.isEmpty());
      Thread.sleep(2000);
    } finally {
      done.set(true);
      load.join();
    }

    assertThat(failures).isEmpty();
    assertThat(signers).contains(old).hasSize(2);
    assertThat(published(one))
        .isEqualTo(published(other))
        .containsExactlyInAnyOrderElementsOf(signers);
    assertThat(OPERATOR.keys.list())
        .extracting(KeyRotation.Listed::state)
        .containsExactly(KeyRotation.State.SIGNING, KeyRotation.State.RETIRED);

    // The last token of the old key has expired by now.
    ONE.sql("UPDATE signing_key SET signs_from = signs_from - INTERVAL '2 hours'");
    Eventually.within(SOON, () -> !published(one).contains(old) && !published(other).contains(old));
    assertThat(published(one)).hasSize(1);
  }

  /** Has each token of one replica checked by the other and with the published keys. */
  private Long verifyUntil(
      AtomicBoolean done, String session, Set<String> signers, Queue<String> failures) {
    String refreshToken = session;
    Map<String, Key> known = Map.of();
    long fetched = 0;
    long rounds = 0;
    while (!done.get()) {
      ApiClient signer = rounds % 2 == 0 ? one : other;
      ApiClient verifier = rounds % 2 == 0 ? other : one;
      rounds++;
      Answer pair = signer.refresh(refreshToken);
      String token = pair.text("access_token");
      if (pair.status() != 200 || verifier.me(token).status() != 200) {
        failures.add(pair.status() + " " + pair.code() + ", " + verifier.me(token).code());
        return rounds;
      }
      refreshToken = pair.text("refresh_token");
      if (System.nanoTime() - fetched > MAX_AGE_NANOS) {
        fetched = System.nanoTime();
        known = keys(verifier);
      }
      signers.add(keyId(token));
      Key key = known.get(keyId(token));
      if (key == null) {
        failures.add("not published: " + keyId(token));
        return rounds;
      }
      Jwts.parser().verifyWith((java.security.PublicKey) key).build().parseSignedClaims(token);
    }
    return rounds;
  }

  @Test
  @Tag("quick")
  void makesOneNextKeyForConcurrentRotations() throws Exception {
    List<KeyRotation> replicas =
        List.of(OPERATOR.rotation(), OPERATOR.rotation(), OPERATOR.rotation());
    ONE.sql("UPDATE signing_key SET signs_from = now() - INTERVAL '1 day'");
    for (int round = 0; round < 5; round++) {
      Parallel.run(
          6,
          i -> {
            replicas.get(i % 3).rotateIfDue();
            return i;
          });
      assertThat(OPERATOR.keys.list()).hasSize(2);
      ONE.sql("DELETE FROM signing_key WHERE signs_from > now()");
    }
  }

  @Test
  void putsOnlyOneNewKeyOnStandbyByHand() throws Exception {
    String old = signing();
    KeyRotation.Listed next = OPERATOR.keys.rotate().orElseThrow();

    assertThat(next.state()).isEqualTo(KeyRotation.State.STANDBY);
    assertThat(OPERATOR.keys.rotate()).isEmpty();
    Eventually.within(
        SOON,
        () ->
            published(one).equals(Set.of(old, next.id()))
                && published(other).equals(Set.of(old, next.id())));
  }

  @Test
  void sendsTheSetOnlyToWhomDoesNotHaveIt() throws Exception {
    String path = "/api/v1/auth/jwks.json";
    Answer first = one.get(path);
    ApiClient having = one.with("If-None-Match", first.header("ETag"));

    assertThat(having.get(path).status()).isEqualTo(304);
    assertThat(having.get("/.well-known/jwks.json").status()).isEqualTo(304);
    assertThat(other.get(path).header("ETag")).isEqualTo(first.header("ETag"));
    assertThat(OPERATOR.keys.rotate()).isPresent();
    Eventually.within(SOON, () -> having.get(path).status() == 200);
    assertThat(having.get(path).body().path("keys")).hasSize(2);
  }

  @Test
  void replacesACompromisedKeyAtOnce() throws Exception {
    long fastest = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      String compromised = signing();
      String token = one.register(newEmail()).text("access_token");
      assertThat(other.me(token).status()).isEqualTo(200);
      OPERATOR.keys.retire(compromised);
      long retired = System.nanoTime();
      Eventually.within(
          Duration.ofSeconds(5),
          () ->
              other.me(token).code().equals("invalid_token")
                  && one.me(token).code().equals("invalid_token"));
      fastest = Math.min(fastest, System.nanoTime() - retired);

      String fresh = one.register(newEmail()).text("access_token");
      assertThat(keyId(fresh)).isNotEqualTo(compromised);
      assertThat(other.me(fresh).status()).isEqualTo(200);
      assertThat(OPERATOR.keys.retire(compromised)).isFalse();
    }
    assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void replacesACompromisedKeyByTheKeyOnStandby() throws Exception {
    String compromised = signing();
    String standby = OPERATOR.keys.rotate().orElseThrow().id();
    Eventually.within(SOON, () -> published(one).size() == 2);
    OPERATOR.keys.retire(compromised);

    assertThat(OPERATOR.keys.list())
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo(standby))
        .satisfies(key -> assertThat(key.state()).isEqualTo(KeyRotation.State.SIGNING));
    Eventually.within(SOON, () -> published(one).equals(Set.of(standby)));
    assertThat(keyId(one.register(newEmail()).text("access_token"))).isEqualTo(standby);
  }

  private static String signing() {
    return OPERATOR.keys.list().stream()
        .filter(key -> key.state() == KeyRotation.State.SIGNING)
        .findFirst()
        .orElseThrow()
        .id();
  }

  private static Set<String> published(ApiClient api) {
    return keys(api).keySet();
  }

  private static Map<String, Key> keys(ApiClient api) {
    Map<String, Key> keys = new HashMap<>();
    for (JsonNode key : api.get("/.well-known/jwks.json").body().path("keys")) {
      Jwk<?> jwk = Jwks.parser().build().parse(key.toString());
      keys.put(jwk.getId(), jwk.toKey());
    }
    return keys;
  }

  private static String keyId(String token) {
    try {
      return new ObjectMapper()
          .readTree(Base64.getUrlDecoder().decode(token.split("\\.", 2)[0]))
          .path("kid")
          .asText();
    } catch (java.io.IOException notJson) {
      throw new IllegalArgumentException(notJson);
    }
  }
}
