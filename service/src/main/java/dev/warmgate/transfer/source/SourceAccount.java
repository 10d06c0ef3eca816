package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

  private static final Pattern UUID_FORM =
      Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  public final Place place;

  /** Which service the account is from, and its id there. */
  public String source = "";

  public @Nullable String id;

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
  public final List<SourceTotp> totps = new ArrayList<>();

  public final List<SourcePasskey> passkeys = new ArrayList<>();

  /** Why second factors cannot be taken over: for each, the reason. */
  public final List<String> factorProblems = new ArrayList<>();

  /** Under which kind it is counted if there is no address. */
  public Skipped kindWithoutAddress = Skipped.WITHOUT_ADDRESS;

  public SourceAccount(Place place) {
    this.place = place;
  }

  /** Whether that is an id that stays as it is. */
  public static boolean isUuid(String id) {
    return UUID_FORM.matcher(id).matches();
  }

  @Override
  public String toString() {
    return "SourceAccount[" + place + "]";
  }
}
