package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MailSecretsTest {
  private static final UUID REQUEST = UUID.randomUUID();

  private final String old = Secrets.of("k1");
  private final MailSecrets secrets = new MailSecrets(new SecretKeys(old));

  @Test
  void computesTheSameLinkAndCodeInEveryProcess() {
    MailSecrets rotated = new MailSecrets(new SecretKeys(Secrets.of("k2") + "," + old));

    assertThat(rotated.newestKeyId()).isEqualTo("k2");
    assertThat(rotated.link("k1", REQUEST)).isEqualTo(secrets.link("k1", REQUEST));
    assertThat(rotated.code("k1", REQUEST)).isEqualTo(secrets.code("k1", REQUEST));
    assertThat(rotated.storedCode("k1", REQUEST, "123456"))
        .isEqualTo(secrets.storedCode("k1", REQUEST, "123456"));
    assertThat(rotated.link("k2", REQUEST)).isNotEqualTo(secrets.link("k1", REQUEST));
  }

  @Test
  void needsTheKey() {
    MailSecrets other = new MailSecrets(new SecretKeys(Secrets.of("k2")));

    assertThatThrownBy(() -> other.link("k1", REQUEST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("secrets.refresh_keys lacks the key k1");
  }

  @Test
  void makesLinksOf256BitsAndCodesOfSixDigits() {
    Set<String> links = new HashSet<>();
    Map<Character, Integer> first = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      UUID request = UUID.randomUUID();
      links.add(secrets.link("k1", request));
      String code = secrets.code("k1", request);
      assertThat(code).matches("[0-9]{6}");
      first.merge(code.charAt(0), 1, Integer::sum);
    }

    assertThat(links).hasSize(10_000);
    assertThat(Base64.getUrlDecoder().decode(links.iterator().next())).hasSize(32);
    // Each digit comes about 1,000 times.
    assertThat(first).hasSize(10);
    assertThat(first.values()).allMatch(count -> count > 800 && count < 1200);
  }

  @Test
  void storesACodeForItsRequestOnly() {
    assertThat(secrets.storedCode("k1", REQUEST, "123456"))
        .hasSize(32)
        .isNotEqualTo(secrets.storedCode("k1", UUID.randomUUID(), "123456"))
        .isNotEqualTo(secrets.storedCode("k1", REQUEST, "123457"));
    assertThat(secrets.storedLink("a")).hasSize(32).isNotEqualTo(secrets.storedLink("b"));
  }
}
