package dev.warmgate.servicekey;

import dev.warmgate.audit.Audit;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Scopes;
import dev.warmgate.request.ServiceCaller;
import dev.warmgate.request.ServiceKeyVerification;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.revocation.Revoked;
import dev.warmgate.secret.Crypto;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Creates, verifies and revokes service keys, which it caches for five minutes; a revoked one is
 * refused as soon as the feed knows. While PostgreSQL is unavailable, unknown keys get a 503, and
 * known keys stay valid for {@code verify.max_stale} before they get one too.
 */
public final class ServiceKeys implements ServiceKeyVerification {
  private static final int KEY_BYTES = 32;
  private static final int KEY_LENGTH = ServiceCaller.KEY_PREFIX.length() + 43;

  /** Neither blank nor with characters that would change how a list looks. */
  private static final Pattern NAME =
      Pattern.compile("(?=.*[^\\p{Z}])[^\\p{C}\\p{Zl}\\p{Zp}]{1,60}");

  /** A hundred years. PostgreSQL holds later times, but such a date can only be a mistake. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final long RELOAD_NANOS = Duration.ofMinutes(5).toNanos();

  /**
   * Unknown keys cause at most one read per interval, so that strangers cannot load the database.
   */
  private static final long MIN_RELOAD_NANOS = Duration.ofMillis(100).toNanos();

  /** A new key, which is shown only once. */
  public record Made(UUID id, String key) {
    @Override
    public String toString() {
      return "Made[" + id + "]";
    }
  }

  private record Known(Map<String, ServiceKey> byHash, long atNanos) {}

  /**
   * The state of the cache.
   *
   * @param ageMs time since it was read; -1 if never
   */
  public record Reading(int size, long ageMs) {}

  private final ServiceKeyDao dao;
  private final RevocationFeed revocations;
  private final Audit audit;
  private final long maxStaleNanos;
  private final Clock clock;
  private volatile @Nullable Known known;
  private long triedNanos = System.nanoTime() - MIN_RELOAD_NANOS;

  /**
   * @param maxStale how long a known key stays valid while PostgreSQL cannot be read
   */
  public static ServiceKeys of(Foundation foundation, Duration maxStale) {
    return new ServiceKeys(
        foundation.database().backgroundDao(ServiceKeyDao.class),
        foundation.revocations(),
        foundation.audit(),
        maxStale,
        foundation.clock());
  }

  public ServiceKeys(
      ServiceKeyDao dao, RevocationFeed revocations, Audit audit, Duration maxStale, Clock clock) {
    this.dao = dao;
    this.revocations = revocations;
    this.audit = audit;
    this.maxStaleNanos = maxStale.toNanos();
    this.clock = clock;
  }

  /**
   * Reads all keys.
   *
   * @throws RuntimeException if PostgreSQL cannot be read
   */
  public synchronized void load() {
    triedNanos = System.nanoTime();
    Map<String, ServiceKey> byHash =
        dao.all().stream()
            .filter(row -> row.revokedAt() == null)
            .collect(
                Collectors.toUnmodifiableMap(
                    row -> HexFormat.of().formatHex(row.keyHash()), ServiceKey::of));
    known = new Known(byHash, triedNanos);
  }

  public Reading read() {
    Known now = known;
    return now == null
        ? new Reading(0, -1)
        : new Reading(
            now.byHash().size(), Duration.ofNanos(System.nanoTime() - now.atNanos()).toMillis());
  }

  /**
   * @throws ApiException 401 if the key is unknown, expired or revoked; 503 if it cannot be checked
   */
  @Override
  public ServiceCaller verify(String key) {
    if (!hasForm(key)) {
      throw notValid();
    }
    if (!revocations.isFresh(maxStaleNanos)) {
      throw unavailable();
    }
    String hash = HexFormat.of().formatHex(hash(key));
    ServiceKey found = find(hash);
    if (found == null || !found.isGoodAt(clock.instant())) {
      throw notValid();
    }
    if (revocations.isRevoked(Revoked.serviceKey(found.id()))) {
      throw notValid();
    }
    return new ServiceCaller(found.id(), found.name(), found.scopes());
  }

  /** Without a regular expression, which took longer than all else that a key needs. */
  private static boolean hasForm(String key) {
    return key.length() == KEY_LENGTH
        && key.startsWith(ServiceCaller.KEY_PREFIX)
        && key.chars().allMatch(ServiceKeys::isBase64Url);
  }

  private static boolean isBase64Url(int letter) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (letter >= '0' && letter <= '9')
        || letter == '_'
        || letter == '-';
  }

  private @Nullable ServiceKey find(String hash) {
    Known now = known;
    ServiceKey found = now == null ? null : now.byHash().get(hash);
    if (now != null && found != null && System.nanoTime() - now.atNanos() < RELOAD_NANOS) {
      return found;
    }
    Known again = reloaded();
    if (again != null) {
      return again.byHash().get(hash);
    }
    if (found == null) {
      throw unavailable();
    }
    return found;
  }

  /**
   * Reads the keys again, unless that was tried just before; {@code null} if they cannot be read.
   */
  private synchronized @Nullable Known reloaded() {
    if (System.nanoTime() - triedNanos >= MIN_RELOAD_NANOS) {
      try {
        load();
      } catch (RuntimeException unavailable) {
        // Count from now, not from the start of the read: callers that waited for it must not
        // retry.
        triedNanos = System.nanoTime();
        return null;
      }
    }
    Known now = known;
    return now != null && now.atNanos() == triedNanos ? now : null;
  }

  private static ApiException unavailable() {
    return ApiException.retryAfter(ProblemType.DATABASE_UNAVAILABLE, Duration.ofSeconds(1));
  }

  /**
   * Creates a key.
   *
   * @param scopes of {@link Scopes}, at least one
   * @param expiresAt within the next hundred years; {@code null} for never
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  public Made create(String name, Collection<String> scopes, @Nullable Instant expiresAt) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a name must have 1 to 60 visible characters");
    }
    Instant now = clock.instant();
    if (expiresAt != null && (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST)))) {
      throw new IllegalArgumentException(
          "a key must expire in the future, within " + LONGEST.toDays() + " days");
    }
    if (scopes.isEmpty() || !Scopes.ALL.containsAll(scopes)) {
      throw new IllegalArgumentException(
          "scopes must be one or more of " + String.join(", ", new TreeSet<>(Scopes.ALL)));
    }
    byte[] bytes = Crypto.random(KEY_BYTES);
    String key =
        ServiceCaller.KEY_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    UUID id = UUID.randomUUID();
    String sorted = String.join(" ", new TreeSet<>(scopes));
    audit.record(origin -> dao.insert(id, name, hash(key), sorted, expiresAt, origin));
    return new Made(id, key);
  }

  /** Returns all keys, including expired and revoked ones, oldest first. */
  public List<ServiceKey> list() {
    return dao.all().stream().map(ServiceKey::of).toList();
  }

  /**
   * Revokes a key on every replica.
   *
   * @return whether the key existed and was not revoked before
   */
  public boolean revoke(UUID id) {
    boolean revoked = audit.record(origin -> dao.revoke(id, origin));
    revocations.announce();
    return revoked;
  }

  private static byte[] hash(String key) {
    return Crypto.sha256(key.getBytes(StandardCharsets.US_ASCII));
  }

  private static ApiException notValid() {
    return new ApiException(ProblemType.INVALID_TOKEN, "the service key is not valid");
  }
}
