package dev.warmgate.gotrue;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Scopes;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Invitations, and links that the operator hands over in place of mails. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Authenticated(roles = Authenticated.SERVICE, scopes = Scopes.ADMIN)
@Hidden
public final class AdminLinksResource {
  private final AdminLinks links;
  private final Redirects redirects;

  AdminLinksResource(AdminLinks links, Redirects redirects) {
    this.links = links;
    this.redirects = redirects;
  }

  /**
   * A link with its user.
   *
   * @param hashedToken for a page of the application's own
   */
  record Link(
      @JsonUnwrapped User user,
      String actionLink,
      String emailOtp,
      String hashedToken,
      String verificationType,
      String redirectTo) {
    @Override
    public String toString() {
      return "Link[…]";
    }
  }

  @POST
  @Path("invite")
  public Object invite(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    body.requireOnly(Set.of("email", "data", "redirect_to"));
    EmailAddress email = body.requiredEmail();
    Metadata metadata = body.metadata("data").orElse(Metadata.NONE);
    return links.invite(
        email,
        metadata,
        LinkTarget.supabase(redirects.wanted(request, body.text("redirect_to")), null));
  }

  @POST
  @Path("admin/generate_link")
  public Object generate(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    String type = body.required("type");
    body.requireOnly(members(type));
    return links.generate(
        type, body, LinkTarget.supabase(redirects.wanted(request, body.text("redirect_to")), null));
  }

  /**
   * Returns what a link uses; one to an account that exists would leave its password and metadata
   * as they are. {@code redirectTo} is what the JavaScript client sends besides the parameter.
   */
  private static Set<String> members(String type) {
    return switch (type) {
      case "signup" -> Set.of("type", "email", "password", "data", "redirect_to", "redirectTo");
      case "invite" -> Set.of("type", "email", "data", "redirect_to", "redirectTo");
      default -> Set.of("type", "email", "redirect_to", "redirectTo");
    };
  }
}
