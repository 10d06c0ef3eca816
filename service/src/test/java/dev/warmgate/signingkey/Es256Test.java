package dev.warmgate.signingkey;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Checks that the chosen provider and the JDK accept and refuse the same signatures. */
final class Es256Test {
  private static final byte[] TEXT = {1, 2, 3};
  private static final Provider JDK = Security.getProvider("SunEC");

  private final SigningKey key = SigningKey.generate(Instant.EPOCH);

  /** A Mac with an Apple processor loads it, too; others do not. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void isNativeCodeOnLinux() {
    assertThat(Es256.provider().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
  }

  @Test
  void signsWhatTheJdkVerifiesAndVerifiesWhatTheJdkSigns() throws Exception {
    assertThat(verifies(JDK, sign(Es256.provider()))).isTrue();
    assertThat(verifies(Es256.provider(), sign(JDK))).isTrue();
  }

  /** CVE-2022-21449: zeros were a valid signature of everything. */
  @Test
  void refusesZerosAndAnAlteredSignature() throws Exception {
    byte[] altered = sign(Es256.provider());
    altered[40] ^= 1;
    byte[] largest = new byte[64];
    Arrays.fill(largest, (byte) 0xff);

    assertThat(verifies(Es256.provider(), new byte[64])).isFalse();
    assertThat(verifies(Es256.provider(), altered)).isFalse();
    assertThat(verifies(Es256.provider(), largest)).isFalse();
  }

  private byte[] sign(Provider provider) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format", provider);
    signature.initSign(key.privateKey());
    signature.update(TEXT);
    return signature.sign();
  }

  private boolean verifies(Provider provider, byte[] signed) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format", provider);
    signature.initVerify(key.publicKey());
    signature.update(TEXT);
    try {
      return signature.verify(signed);
    } catch (SignatureException malformed) {
      return false;
    }
  }
}
