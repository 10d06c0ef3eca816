package dev.warmgate.testkit;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The app of somebody who has enrolled a TOTP, written from RFC 6238 and not with the service's
 * code. Each code is good once, so it gives each time step once, and waits when it has none left.
 */
public final class SecondFactor {
  private static final String FACTORS = "/api/v1/auth/factors";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int PERIOD = 30;
  private static final int REQUEST_SECONDS = 5;

  private final byte[] secret;
  private final @Nullable Answer confirmed;
  private final String id;
  private long lastStep;

  private SecondFactor(Answer enrolled, ApiClient api, String accessToken) {
    secret = decode(enrolled.text("secret"));
    id = enrolled.text("factor_id");
    confirmed = api.post(FACTORS + "/" + id + "/confirm", accessToken, Map.of("code", code()));
    requireStatus(200, confirmed);
  }

  private SecondFactor(String id, String base32) {
    this.secret = decode(base32);
    this.confirmed = null;
    this.id = id;
  }

  /** Returns the app of a TOTP that was enrolled elsewhere. */
  public static SecondFactor of(String id, String base32) {
    return new SecondFactor(id, base32);
  }

  /** Returns the app of somebody who was told a secret, in base32. */
  public static SecondFactor of(String base32) {
    return of("", base32);
  }

  /** Enrols and confirms a TOTP; fails the test if that is refused. */
  public static SecondFactor enrol(ApiClient api, String accessToken) {
    Answer enrolled = api.post(FACTORS, accessToken, Map.of("type", "totp", "name", "app"));
    requireStatus(201, enrolled);
    return new SecondFactor(enrolled, api, accessToken);
  }

  private static void requireStatus(int status, Answer answer) {
    if (answer.status() != status) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
  }

  public String id() {
    return id;
  }

  /** Returns the answer to the confirmation, with a raised access token and the recovery codes. */
  public Answer confirmed() {
    return Objects.requireNonNull(confirmed);
  }

  public String recoveryCode(int index) {
    return confirmed().body().path("recovery_codes").path(index).asText();
  }

  /** Returns a code that was not used yet, and is good for as long as a request may take. */
  public synchronized String code() {
    long oldest = (Instant.now().getEpochSecond() + REQUEST_SECONDS) / PERIOD - 1;
    lastStep = Math.max(lastStep + 1, oldest);
    // The service's clock is this one; half a second is more than a request takes to arrive.
    Duration early =
        Duration.between(Instant.now(), Instant.ofEpochSecond((lastStep - 1) * PERIOD))
            .plusMillis(500);
    if (early.isPositive()) {
      try {
        Thread.sleep(early);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
    return code(lastStep);
  }

  /**
   * Returns the code of the next time step, which is good already; those before are not any more.
   */
  public synchronized String codeAhead() {
    lastStep = Instant.now().getEpochSecond() / PERIOD + 1;
    return code(lastStep);
  }

  /** Returns the code that was given last. */
  public synchronized String usedCode() {
    return code(lastStep);
  }

  /** Returns the code of a step this many steps from now. */
  public String codeAt(int stepsFromNow) {
    return code(Instant.now().getEpochSecond() / PERIOD + stepsFromNow);
  }

  /** Returns a code that is not good now. */
  public String wrongCode() {
    String wrong = "000000";
    for (int number = 1;
        wrong.equals(codeAt(-1)) || wrong.equals(codeAt(0)) || wrong.equals(codeAt(1));
        number++) {
      wrong = String.format(Locale.ROOT, "%06d", number);
    }
    return wrong;
  }

  private String code(long step) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret, "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
      int offset = hash[hash.length - 1] & 15;
      int number = ByteBuffer.wrap(hash, offset, 4).getInt() & Integer.MAX_VALUE;
      return String.format(Locale.ROOT, "%06d", number % 1_000_000);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] decode(String base32) {
    StringBuilder bits = new StringBuilder();
    for (char one : base32.toLowerCase(Locale.ROOT).toCharArray()) {
      String five = Integer.toBinaryString(ALPHABET.indexOf(one) + 32);
      bits.append(five.substring(1));
    }
    byte[] bytes = new byte[bits.length() / 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
    }
    return bytes;
  }

  /** Returns the body of a second step; its token comes from the answer to the first. */
  public static Map<String, Object> body(Answer first, String field, String value) {
    Map<String, Object> body = new HashMap<>();
    body.put("mfa_token", first.text("mfa_token"));
    body.put(field, value);
    return body;
  }

  public static Answer verify(ApiClient api, Answer first, String field, String value) {
    return api.post("/api/v1/auth/mfa/verify", body(first, field, value));
  }

  /** Logs in with password and code. */
  public Answer login(ApiClient api, String email, String password) {
    Answer first = api.login(email, password);
    if (!first.code().equals("mfa_required")) {
      throw new AssertionError(first.status() + " " + first.body());
    }
    Answer second = verify(api, first, "code", code());
    requireStatus(200, second);
    return second;
  }
}
