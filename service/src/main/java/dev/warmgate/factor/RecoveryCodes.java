package dev.warmgate.factor;

import dev.warmgate.audit.Audit;
import dev.warmgate.mail.Notices;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.secret.Crypto;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Ten codes with which an owner who has lost every other factor signs in, each once. They are shown
 * when they are made and never again.
 */
final class RecoveryCodes {
  static final int COUNT = 10;

  private static final int KEY_BYTES = 32;

  /** Without letters and digits that look alike; its size divides 256. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int LENGTH = 10;
  private static final int GROUP = 5;

  private final RecoveryCodeDao dao;
  private final FactorSecrets secrets;
  private final Notices notices;
  private final Audit audit;

  RecoveryCodes(RecoveryCodeDao dao, FactorSecrets secrets, Notices notices, Audit audit) {
    this.dao = dao;
    this.secrets = secrets;
    this.notices = notices;
    this.audit = audit;
  }

  /**
   * A set that is not stored yet.
   *
   * @param macs in hexadecimal, separated by spaces
   * @param codes as its owner is shown them
   */
  record Fresh(FactorSecrets.Sealed set, String macs, List<String> codes) {
    @Override
    public String toString() {
      return "Fresh[…]";
    }
  }

  /** Generates a set for an account. */
  Fresh generate(UUID accountId) {
    byte[] key = Crypto.random(KEY_BYTES);
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      codes.add(code());
    }
    String macs =
        codes.stream()
            .map(code -> HexFormat.of().formatHex(FactorSecrets.mac(key, code)))
            .collect(Collectors.joining(" "));
    return new Fresh(
        secrets.sealRecoveryKey(accountId, key),
        macs,
        codes.stream()
            .map(code -> code.substring(0, GROUP) + "-" + code.substring(GROUP))
            .toList());
  }

  /**
   * Makes a new set, which replaces the old one.
   *
   * @throws ApiException 409 if the account has no factor
   */
  List<String> make(UUID accountId) {
    Fresh fresh = generate(accountId);
    if (!audit.record(origin -> dao.replace(fresh.set(), fresh.macs(), origin))) {
      throw new ApiException(ProblemType.NO_FACTOR);
    }
    return fresh.codes();
  }

  private static String code() {
    StringBuilder code = new StringBuilder();
    for (byte random : Crypto.random(LENGTH)) {
      code.append(ALPHABET.charAt(random & 31));
    }
    return code.toString();
  }

  int left(UUID accountId) {
    return dao.countUnused(accountId);
  }

  /** Uses a code up if it is the account's and was not used before. */
  FactorAttempts.Result use(UUID accountId, String text) {
    String code = text.toLowerCase(Locale.ROOT).replaceAll("[\\s-]", "");
    Optional<FactorSecrets.Sealed> set = dao.key(accountId);
    if (set.isEmpty() || code.length() != LENGTH) {
      return FactorAttempts.Result.REFUSED;
    }
    byte[] mac = FactorSecrets.mac(secrets.openRecoveryKey(set.get()), code);
    boolean used =
        audit.recordAs(accountId, origin -> dao.use(accountId, mac, notices.ofFactors(), origin));
    if (used) {
      return FactorAttempts.Result.ACCEPTED;
    }
    return dao.isUsed(accountId, mac)
        ? FactorAttempts.Result.REPLAYED
        : FactorAttempts.Result.REFUSED;
  }
}
