package dev.warmgate.signingkey;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.warmgate.logging.RootCause;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider by which tokens are signed and verified: native code of Amazon Corretto, or where
 * that does not load the JDK, which takes several times as long.
 */
public final class Es256 {
  private static final Logger log = LoggerFactory.getLogger(Es256.class);
  private static final Provider CHOSEN =
      choose(AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError());

  private Es256() {}

  /** Loads the native code at the first call. */
  public static Provider provider() {
    return CHOSEN;
  }

  static Provider choose(@Nullable Throwable loadingError) {
    if (loadingError == null) {
      return AmazonCorrettoCryptoProvider.INSTANCE;
    }
    log.warn("the JDK signs and verifies tokens, slower: {}", RootCause.of(loadingError));
    return ofTheJdk();
  }

  static Provider ofTheJdk() {
    try {
      return Signature.getInstance("SHA256withECDSA").getProvider();
    } catch (NoSuchAlgorithmException incomplete) {
      throw new IllegalStateException("this JDK has no ECDSA", incomplete);
    }
  }
}
