package dev.warmgate.gotrue;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Scopes;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accounts, for the operator's services. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Authenticated(roles = Authenticated.SERVICE, scopes = Scopes.ADMIN)
@Hidden
public final class AdminUsersResource {
  private static final String USERS = "admin/users";
  private static final Set<String> PARAMETERS = Set.of("page", "per_page");
  private static final int DEFAULT_PER_PAGE = 50;
  private static final int MOST_PER_PAGE = 1000;
  private static final int MOST_PAGES = 1_000_000;

  private final AdminUsers admin;
  private final Users users;

  AdminUsersResource(AdminUsers admin, Users users) {
    this.admin = admin;
    this.users = users;
  }

  /** One page of users. */
  record Page(List<User> users, String aud) {}

  /** Refuses parameters that would be ignored, such as a filter. */
  @GET
  @Path(USERS)
  public Response list(
      @Context UriInfo uri,
      @QueryParam("page") @Nullable String page,
      @QueryParam("per_page") @Nullable String perPage) {
    uri.getQueryParameters()
        .forEach((name, values) -> {
          if (!PARAMETERS.contains(name) && values.stream().anyMatch(value -> !value.isEmpty())) {
            throw GoTrueException.invalid(name + " is not supported here");
          }
        });
    int number = number("page", page, 1, MOST_PAGES);
    int size = number("per_page", perPage, DEFAULT_PER_PAGE, MOST_PER_PAGE);
    long total = users.count();
    return Response.ok(new Page(users.newest(size, (number - 1L) * size), Caller.SUPABASE))
        .header("x-total-count", total)
        .header("link", links(number, size, Math.max(1, (total + size - 1) / size)))
        .build();
  }

  private static String links(int page, int size, long last) {
    List<String> links = new ArrayList<>();
    if (page < last) {
      links.add(link(page + 1, size, "next"));
    }
    links.add(link(last, size, "last"));
    return String.join(", ", links);
  }

  private static String link(long page, int size, String relation) {
    return "</auth/v1/admin/users?page=%d&per_page=%d>; rel=\"%s\"".formatted(page, size, relation);
  }

  private static int number(String name, @Nullable String text, int otherwise, int most) {
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,6}") || Integer.parseInt(text) > most) {
      throw GoTrueException.invalid("%s must be a number from 1 to %d".formatted(name, most));
    }
    return Integer.parseInt(text);
  }

  @POST
  @Path(USERS)
  public Object create(@Nullable JsonBody read) {
    return admin.create(JsonBody.of(read));
  }

  @GET
  @Path(USERS + "/{id}")
  public Object get(@PathParam("id") String id) {
    return users.find(AdminUsers.id(id));
  }

  @PUT
  @Path(USERS + "/{id}")
  public Object change(@PathParam("id") String id, @Nullable JsonBody read) {
    return admin.change(AdminUsers.id(id), JsonBody.of(read));
  }

  @DELETE
  @Path(USERS + "/{id}")
  public Object delete(@PathParam("id") String id, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    body.requireOnly(Set.of("should_soft_delete"));
    if (body.flag("should_soft_delete", false)) {
      throw GoTrueException.invalid("Accounts are deleted for good; ban the user instead");
    }
    return admin.delete(AdminUsers.id(id));
  }

  @GET
  @Path(USERS + "/{id}/factors")
  public Response factors(@PathParam("id") String id) {
    return Response.ok(Objects.requireNonNullElse(users.find(AdminUsers.id(id)).factors(), "[]"))
        .build();
  }

  @DELETE
  @Path(USERS + "/{id}/factors/{factor}")
  public Object deleteFactor(@PathParam("id") String id, @PathParam("factor") String factor) {
    return Map.of("id", admin.removeFactor(AdminUsers.id(id), AdminUsers.id(factor)));
  }
}
