package dev.warmgate.account;

import dev.warmgate.audit.Audit;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.UUID;

/** Reads and changes what an account carries for applications. */
public final class MetadataService {
  private final MetadataDao dao;
  private final Audit audit;

  public MetadataService(MetadataDao dao, Audit audit) {
    this.dao = dao;
    this.audit = audit;
  }

  /** Both kinds of metadata. */
  public record Both(Metadata user, Metadata app) {}

  /**
   * @throws ApiException 401 if there is no such account
   */
  public Both find(UUID accountId) {
    return dao.find(accountId)
        .map(row -> new Both(new Metadata(row.userMetadata()), new Metadata(row.appMetadata())))
        .orElseThrow(() -> new ApiException(ProblemType.SESSION_ENDED));
  }

  /**
   * Checks what {@link #merge} would say, before something else is changed.
   *
   * @throws ApiException 422 if the result would be too large
   */
  public void requireFits(UUID accountId, Metadata patch) {
    if (!dao.fits(accountId, patch.json(), Metadata.NONE.json()).orElse(true)) {
      throw Metadata.tooLarge("user_metadata");
    }
  }

  /**
   * Merges an object into what belongs to the user; a null removes a key.
   *
   * @throws ApiException 401 if there is no such account, 422 if the result is too large
   */
  public void merge(UUID accountId, Metadata patch) {
    if (!audit.record(origin -> dao.merge(accountId, patch.json(), Metadata.NONE.json(), origin))) {
      Both _ = find(accountId);
      throw Metadata.tooLarge("user_metadata");
    }
  }
}
