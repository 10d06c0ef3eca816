package dev.warmgate.factor;

import dev.warmgate.secret.Crypto;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A set of recovery codes that nobody has seen yet: what its owner is shown once, and what is
 * stored of it. {@link #toString} hides both.
 *
 * @param shown as people copy them
 * @param set the key of the MACs, encrypted
 * @param macs of the codes, in hexadecimal, separated by spaces
 */
public record NewRecoveryCodes(List<String> shown, FactorSecrets.Sealed set, String macs) {
  static final int LENGTH = 10;

  private static final int COUNT = 10;
  private static final int KEY_BYTES = 32;

  /** Without letters and digits that look alike; its size divides 256. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int GROUP = 5;

  /** Makes a set for an account, which it is bound to. */
  public static NewRecoveryCodes of(UUID accountId, FactorSecrets secrets) {
    byte[] key = Crypto.random(KEY_BYTES);
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      codes.add(code());
    }
    return new NewRecoveryCodes(
        codes.stream().map(code -> code.substring(0, GROUP) + "-" + code.substring(GROUP)).toList(),
        secrets.sealRecoveryKey(accountId, key),
        codes.stream()
            .map(code -> HexFormat.of().formatHex(FactorSecrets.mac(key, code)))
            .collect(Collectors.joining(" ")));
  }

  private static String code() {
    StringBuilder code = new StringBuilder();
    for (byte random : Crypto.random(LENGTH)) {
      code.append(ALPHABET.charAt(random & 31));
    }
    return code.toString();
  }

  @Override
  public String toString() {
    return "NewRecoveryCodes[…]";
  }
}
