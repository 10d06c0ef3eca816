package dev.warmgate.gotrue;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.accountpage.MailFlows;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.registration.SupabaseRegistrations;
import dev.warmgate.request.Limit;
import dev.warmgate.request.Public;
import dev.warmgate.request.RateLimited;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks for mails; every address is answered alike. */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@Hidden
public final class MailResource {
  private final MailFlows flows;
  private final SupabaseRegistrations registrations;
  private final ChangeMails changes;
  private final Redirects redirects;

  MailResource(
      MailFlows flows,
      SupabaseRegistrations registrations,
      ChangeMails changes,
      Redirects redirects) {
    this.flows = flows;
    this.registrations = registrations;
    this.changes = changes;
    this.redirects = redirects;
  }

  @POST
  @Path("recover")
  @RateLimited(Limit.MAIL)
  public Object recover(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    var _ = flows.recovery().forgot(body.requiredEmail(), redirects.target(request, body));
    return Map.of();
  }

  @POST
  @Path("otp")
  @RateLimited(Limit.MAIL)
  public Object otp(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    EmailAddress email = body.requiredEmail();
    Metadata metadata = body.metadata("data").orElse(Metadata.NONE);
    LinkTarget target = redirects.target(request, body);
    if (body.flag("create_user", true) && registrations.isOpen()) {
      flows.mailLogins().askOrRegister(email, metadata.json(), target);
    } else {
      var _ = flows.mailLogins().ask(email, target);
    }
    return Map.of();
  }

  /** The former name. */
  @POST
  @Path("magiclink")
  @RateLimited(Limit.MAIL)
  public Object magicLink(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    return otp(request, read);
  }

  @POST
  @Path("resend")
  @RateLimited(Limit.MAIL)
  public Object resend(@Context ContainerRequestContext request, @Nullable JsonBody read) {
    JsonBody body = JsonBody.of(read);
    String type = body.required("type");
    EmailAddress email = body.requiredEmail();
    switch (type) {
      case "signup" -> registrations.resend(email, redirects.asked(request).orElse(null));
      case "email_change" -> changes.resend(email, redirects.wanted(request));
      case "sms", "phone_change" -> throw Disabled.PHONE.refusal();
      default -> throw GoTrueException.invalid("type must be signup or email_change");
    }
    return Map.of();
  }
}
