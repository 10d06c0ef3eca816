package dev.warmgate.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.page.TrueOrFalse;
import dev.warmgate.password.Password;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.Watched;
import dev.warmgate.telemetry.Latencies;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Endpoints for the caller's own account. */
@Path("/api/v1/auth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Authenticated
public final class AccountResource {
  private final AccountService accounts;
  private final FreshAuthentication fresh;
  private final MetadataService metadata;

  public AccountResource(
      AccountService accounts, FreshAuthentication fresh, MetadataService metadata) {
    this.accounts = accounts;
    this.fresh = fresh;
    this.metadata = metadata;
  }

  /**
   * The account and session that the access token is for.
   *
   * @param emailVerified whether the owner has proven the address
   * @param resource the API that the token is for, if not this one; every other API must refuse the
   *     token
   * @param userMetadata what belongs to the owner, who can set it to anything; only if asked for
   * @param appMetadata what only the operator can change; only if asked for
   */
  public record Me(
      UUID accountId,
      String email,
      boolean emailVerified,
      Set<String> roles,
      UUID sessionId,
      Instant tokenExpiresAt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String resource,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ObjectNode userMetadata,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ObjectNode appMetadata) {}

  /**
   * What of the account its owner changes.
   *
   * @param userMetadata its keys are set, those that are null removed, and all others kept
   */
  public record Changes(@NotNull ObjectNode userMetadata) {}

  /**
   * Proves that the caller owns the account.
   *
   * @param password of the account; if it has none, a login within the last five minutes is the
   *     proof
   */
  public record Deletion(@Nullable Password password) {}

  @GET
  @Path("me")
  @Authenticated(anyAudience = true)
  @FastLane
  @Watched(Latencies.Watched.VERIFY)
  @Operation(summary = "Return the account and session of the access token")
  public Me me(@Schema(type = "boolean") @QueryParam("metadata") @Nullable String metadata) {
    Caller caller = Caller.current();
    if (!TrueOrFalse.parse("metadata", metadata)) {
      return me(caller, null);
    }
    caller.requireForThisApi();
    return me(caller, this.metadata.find(caller.accountId()));
  }

  @PATCH
  @Path("me")
  @Operation(summary = "Change the metadata that belongs to the caller")
  public Me change(@NotNull @Valid Changes changes) {
    Caller caller = Caller.current();
    metadata.merge(caller.accountId(), Metadata.of("user_metadata", changes.userMetadata()));
    return me(caller, metadata.find(caller.accountId()));
  }

  private static Me me(Caller caller, MetadataService.@Nullable Both metadata) {
    return new Me(
        caller.accountId(),
        caller.email(),
        caller.emailVerified(),
        caller.roles(),
        caller.sessionId(),
        caller.tokenExpiresAt(),
        caller.resource(),
        metadata == null ? null : metadata.user().object(),
        metadata == null ? null : metadata.app().object());
  }

  @DELETE
  @Path("me")
  @RateLimited(Limit.PASSWORD)
  @Operation(summary = "Delete the account and end its sessions")
  public void delete(@Context SecurityContext security, @NotNull @Valid Deletion deletion) {
    accounts.delete(fresh.prove(Caller.of(security), deletion.password(), "password"));
  }
}
