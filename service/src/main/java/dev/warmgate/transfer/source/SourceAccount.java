package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account as its source describes it, unchecked. What the source does not tell stays {@code
 * null}, false or empty.
 */
public final class SourceAccount {
  /** Where a record stands, for messages. */
  public record Place(String file, long line) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /**
   * An identity at another provider.
   *
   * @param subject the account's id there
   */
  public record Identity(
      String provider,
      String subject,
      ObjectNode data,
      @Nullable Instant createdAt,
      @Nullable Instant lastUsedAt) {}

  public final Place place;

  /** Which service the account is from, and its id there. */
  public String source = "";

  public String id = "";

  /** The id of the account here, if the source knows it. */
  public @Nullable String ownId;

  public @Nullable String email;
  public boolean confirmed;
  public @Nullable Instant confirmedAt;

  /** Whether the source tells of the password; then no hash means no password. */
  public boolean tellsPassword = true;

  public @Nullable String passwordHash;

  /** Whether the hash is in this service's own form, which the readers of others do not write. */
  public boolean isOwnHash;

  /** Why the password cannot be taken over, if the reader knows. */
  public @Nullable String passwordProblem;

  public String role = "user";
  public @Nullable String locale;
  public @Nullable Instant createdAt;
  public boolean disabled;
  public @Nullable Instant disabledAt;
  public ObjectNode userMetadata = JsonNodeFactory.instance.objectNode();
  public ObjectNode appMetadata = JsonNodeFactory.instance.objectNode();
  public final List<Identity> identities = new ArrayList<>();

  /** How the user signs in if there is no address, such as {@code phone only}. */
  public String kindWithoutAddress = "without an address";

  public SourceAccount(Place place) {
    this.place = place;
  }

  @Override
  public String toString() {
    return "SourceAccount[" + place + "]";
  }
}
