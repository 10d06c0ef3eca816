package dev.warmgate.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmgate.page.PageLimit;
import dev.warmgate.page.Position;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Scopes;
import dev.warmgate.request.ServiceCaller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Endpoints with which admins find, disable and enable accounts. */
@Path("/api/v1/admin/accounts")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Authenticated(
    roles = {Authenticated.ADMIN, Authenticated.SERVICE},
    scopes = Scopes.ADMIN,
    aal = 2)
public final class AdminResource {
  /** No invisible characters, as in addresses. */
  private static final String VISIBLE = "[^\\p{Z}\\p{C}]{0,254}";

  /** The same for a key, which is longer if folding expands letters. */
  private static final String VISIBLE_KEY = "[^\\p{Z}\\p{C}]{0,512}";

  private static final String PART = "must be a part of an e-mail address";

  private final AdminService admin;

  public AdminResource(AdminService admin) {
    this.admin = admin;
  }

  /**
   * The accounts to find. Sent in a body, since URLs are recorded in traces.
   *
   * @param emailPrefix beginning of the address, in any case
   * @param after {@code next} of the previous page
   */
  public record Search(
      @NotNull @Pattern(regexp = VISIBLE, message = PART) @Schema(maxLength = 254)
          String emailPrefix,
      @Pattern(regexp = VISIBLE_KEY, message = PART) @Schema(maxLength = 512)
          @Nullable String after,
      @Min(1) @Max(PageLimit.MOST) @Nullable Integer limit) {
    @Override
    public String toString() {
      return "Search[…]";
    }
  }

  /**
   * An account.
   *
   * @param disabledAt only of a disabled account
   * @param undeliverableAt since when the mail server of its address refuses mails for it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Entry(
      UUID accountId,
      String email,
      String role,
      Instant createdAt,
      @Nullable Instant disabledAt,
      @Nullable Instant undeliverableAt) {
    static Entry of(AdminDao.Listed account) {
      return new Entry(
          account.id(),
          account.email(),
          account.role(),
          account.createdAt(),
          account.disabledAt(),
          account.undeliverableAt());
    }

    @Override
    public String toString() {
      return "Entry[" + accountId + "]";
    }
  }

  /**
   * One page of accounts.
   *
   * @param next value of {@code after} for the next page; absent on the last one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Page(List<Entry> accounts, @Nullable String next) {
    static Page of(List<AdminDao.Listed> found, int limit, Function<AdminDao.Listed, String> end) {
      List<AdminDao.Listed> page = found.subList(0, Math.min(limit, found.size()));
      return new Page(
          page.stream().map(Entry::of).toList(),
          found.size() > limit ? end.apply(page.getLast()) : null);
    }
  }

  /**
   * One account.
   *
   * @param sessions number of live sessions, counted up to 1,000
   */
  public record Details(Entry account, int sessions) {}

  @GET
  @Operation(summary = "List accounts, the newest first")
  public Page list(
      @Schema(pattern = Position.PATTERN) @QueryParam("after") String after,
      @Schema(type = "integer", minimum = "1", maximum = "200") @QueryParam("limit") String limit) {
    int most = PageLimit.parse(limit);
    return Page.of(
        admin.newest(Position.parse(after), most),
        most,
        last -> new Position(last.createdAt(), last.id()).toString());
  }

  @POST
  @Path("search")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Find accounts by the beginning of their e-mail address, sorted by address")
  public Page search(@NotNull @Valid Search search) {
    int limit = search.limit() == null ? PageLimit.DEFAULT : search.limit();
    return Page.of(
        admin.search(search.emailPrefix(), search.after(), limit),
        limit,
        AdminDao.Listed::emailKey);
  }

  @GET
  @Path("{id}")
  @Operation(summary = "Return an account")
  public Details get(@PathParam("id") UUID id) {
    return new Details(Entry.of(admin.find(id)), admin.countSessions(id));
  }

  @POST
  @Path("{id}/disable")
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(summary = "Disable an account and end its sessions")
  public void disable(@Context SecurityContext security, @PathParam("id") UUID id) {
    if (security.getUserPrincipal() instanceof Caller caller) {
      admin.disable(caller, id);
    } else {
      admin.disable(changed(security, id));
    }
  }

  @POST
  @Path("{id}/enable")
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(summary = "Enable a disabled account")
  public void enable(@Context SecurityContext security, @PathParam("id") UUID id) {
    admin.enable(changed(security, id));
  }

  @POST
  @Path("{id}/unlock")
  @Operation(summary = "Forget the failed logins of an account")
  public void unlock(@Context SecurityContext security, @PathParam("id") UUID id) {
    admin.unlock(changed(security, id));
  }

  @DELETE
  @Path("{id}/sessions")
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(summary = "End every session of an account")
  public void endSessions(@Context SecurityContext security, @PathParam("id") UUID id) {
    admin.endSessions(changed(security, id));
  }

  @DELETE
  @Path("{id}/factors")
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(
      summary =
          "Remove every second factor of an account whose owner has lost them, and end its sessions")
  public void resetFactors(@Context SecurityContext security, @PathParam("id") UUID id) {
    admin.resetFactors(changed(security, id));
  }

  /** Returns the id of an account that the caller may change. */
  private UUID changed(SecurityContext security, UUID id) {
    if (security.getUserPrincipal() instanceof ServiceCaller) {
      AdminService.requireNoAdmin(admin.find(id).role());
    }
    return id;
  }
}
