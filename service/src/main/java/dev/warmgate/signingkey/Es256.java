package dev.warmgate.signingkey;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.warmgate.logging.RootCause;
import java.security.Provider;
import java.security.Security;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses who signs and verifies by ES256: native code of Amazon's provider, or where that does not
 * load the JDK, which takes several times as long.
 */
public final class Es256 {
  private static final Logger log = LoggerFactory.getLogger(Es256.class);
  private static final String OF_THE_JDK = "SunEC";
  private static final Provider CHOSEN = choose();

  private Es256() {}

  public static Provider provider() {
    return CHOSEN;
  }

  private static Provider choose() {
    AmazonCorrettoCryptoProvider amazons = AmazonCorrettoCryptoProvider.INSTANCE;
    Throwable reason = amazons.getLoadingError();
    if (reason == null) {
      return amazons;
    }
    log.warn("tokens are signed and verified by the JDK, slower: {}", RootCause.of(reason));
    return Objects.requireNonNull(Security.getProvider(OF_THE_JDK));
  }
}
