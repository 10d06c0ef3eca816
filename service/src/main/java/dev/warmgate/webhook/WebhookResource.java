package dev.warmgate.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmgate.page.Before;
import dev.warmgate.page.PageLimit;
import dev.warmgate.page.TrueOrFalse;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.OutboundUrl;
import dev.warmgate.request.Scopes;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Manages webhooks and shows their deliveries, for administrators. */
@Path("/api/v1/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Authenticated(
    roles = {Authenticated.ADMIN, Authenticated.SERVICE},
    scopes = Scopes.ADMIN,
    aal = 2)
public final class WebhookResource {

  private final WebhookService webhooks;

  public WebhookResource(WebhookService webhooks) {
    this.webhooks = webhooks;
  }

  /**
   * The request for a new webhook.
   *
   * @param events the events to send; all by default
   */
  public record NewWebhook(
      @NotNull @OutboundUrl String url,
      @Nullable @Size(min = 1, max = 20) List<@NotNull WebhookEvent> events) {}

  /**
   * What to change of a webhook; what is absent stays.
   *
   * @param url where to send events from now on, also those that are pending
   */
  public record WebhookChange(
      @Nullable @OutboundUrl String url,
      @Nullable @Size(min = 1, max = 20) List<@NotNull WebhookEvent> events) {}

  /**
   * A webhook without its secret, which is shown only at its creation and rotation.
   *
   * @param previousSecretUntil until when the secret before the last rotation signs as well
   * @param pausedUntil until when its receiver asked not to be called
   * @param endedAt when its receiver answered 410; nothing is sent until its URL is set
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Webhook(
      UUID webhookId,
      String url,
      List<WebhookEvent> events,
      Instant createdAt,
      @Nullable Instant previousSecretUntil,
      @Nullable Instant pausedUntil,
      @Nullable Instant endedAt) {}

  /** The new secret of a webhook, beside which the previous one may be valid for a day. */
  public record RotatedSecret(
      UUID webhookId, String secret, @Nullable Instant previousSecretUntil) {
    @Override
    public String toString() {
      return "RotatedSecret[" + webhookId + "]";
    }
  }

  /** A new webhook with its secret. */
  public record MadeWebhook(
      UUID webhookId, String url, List<WebhookEvent> events, Instant createdAt, String secret) {
    @Override
    public String toString() {
      return "MadeWebhook[" + webhookId + "]";
    }
  }

  /** All webhooks; there are few, see {@link WebhookService#MOST_WEBHOOKS}. */
  public record Webhooks(List<Webhook> webhooks) {}

  /** The delivery of an event to a webhook. */
  public record Delivery(
      UUID deliveryId,
      DeliveryState state,
      String type,
      Instant occurredAt,
      int attempts,
      @Nullable Instant nextAttemptAt,
      @Nullable Instant deliveredAt,
      @Nullable Instant deadAt,
      @Nullable String lastError) {}

  /**
   * A page of the deliveries of a webhook, newest event first.
   *
   * @param nextBefore the value of {@code before} for the next page; only if there is one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Deliveries(List<Delivery> deliveries, @Nullable Long nextBefore) {}

  @POST
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = MadeWebhook.class)))
  @Operation(summary = "Create a webhook; its secret is shown only here")
  public Response create(@NotNull @Valid NewWebhook webhook) {
    WebhookService.Made made = webhooks.create(webhook.url(), webhook.events());
    Webhook shown = shown(made.webhook());
    MadeWebhook answer =
        new MadeWebhook(
            shown.webhookId(),
            shown.url(),
            shown.events(),
            shown.createdAt(),
            made.secret().shown());
    return Response.status(Response.Status.CREATED).entity(answer).build();
  }

  @GET
  @Operation(summary = "List the webhooks")
  public Webhooks list() {
    return new Webhooks(webhooks.list().stream().map(WebhookResource::shown).toList());
  }

  @GET
  @Path("{id}")
  @Operation(summary = "Get a webhook")
  public Webhook get(@PathParam("id") UUID id) {
    return shown(webhooks.find(id));
  }

  @PATCH
  @Path("{id}")
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(summary = "Change the URL or the events of a webhook; pending deliveries stay")
  public Webhook change(@PathParam("id") UUID id, @NotNull @Valid WebhookChange change) {
    if (change.url() == null && change.events() == null) {
      throw ApiException.field(
          ProblemType.VALIDATION_FAILED, "url", "must be present, unless events is");
    }
    return shown(webhooks.change(id, change.url(), change.events()));
  }

  @POST
  @Path("{id}/rotate-secret")
  @Consumes(MediaType.WILDCARD)
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(
      summary =
          "Give a webhook a new secret; the one before is valid for another 24 hours. With"
              + " replace=true the newest one, lost or leaked, ends at once, and the one before it"
              + " stays valid")
  public RotatedSecret rotateSecret(
      @PathParam("id") UUID id,
      @Schema(type = "boolean") @QueryParam("replace") @Nullable String replace) {
    WebhookService.Made made = webhooks.rotateSecret(id, TrueOrFalse.parse("replace", replace));
    return new RotatedSecret(id, made.secret().shown(), made.webhook().previousUntil());
  }

  @DELETE
  @Path("{id}")
  @Authenticated(
      roles = {Authenticated.ADMIN, Authenticated.SERVICE},
      scopes = Scopes.ADMIN,
      aal = 2,
      maxAge = "5m")
  @Operation(summary = "Delete a webhook; no further events are sent to it")
  public void delete(@PathParam("id") UUID id) {
    webhooks.delete(id);
  }

  @GET
  @Path("{id}/deliveries")
  @Operation(summary = "List the deliveries of a webhook, newest first: all, or those in one state")
  public Deliveries deliveries(
      @PathParam("id") UUID id,
      @Schema(allowableValues = {"pending", "delivered", "dead"}) @QueryParam("state") String state,
      @Schema(type = "integer", format = "int64", minimum = "0", maximum = "999999999999999999")
          @QueryParam("before")
          String before,
      @Schema(type = "integer", minimum = "1", maximum = "200") @QueryParam("limit") String limit) {
    int most = PageLimit.parse(limit);
    List<WebhookDao.Delivery> found =
        webhooks.deliveries(id, DeliveryState.parse(state), Before.parse(before), most);
    List<WebhookDao.Delivery> page = found.subList(0, Math.min(most, found.size()));
    return new Deliveries(
        page.stream().map(WebhookResource::shown).toList(),
        found.size() > most ? page.getLast().eventId() : null);
  }

  @POST
  @Path("{id}/deliveries/{delivery}/retry")
  @Consumes(MediaType.WILDCARD)
  @Operation(summary = "Send a delivery again, whatever its state")
  public void retry(@PathParam("id") UUID id, @PathParam("delivery") UUID delivery) {
    webhooks.retry(id, delivery);
  }

  private static Webhook shown(WebhookDao.Row row) {
    return new Webhook(
        row.id(),
        row.url(),
        row.events() == null ? WebhookEvent.all() : WebhookEvent.ofNames(row.events()),
        row.createdAt(),
        row.previousUntil(),
        row.pausedUntil(),
        row.endedAt());
  }

  private static Delivery shown(WebhookDao.Delivery row) {
    return new Delivery(
        row.id(),
        DeliveryState.of(row),
        row.event(),
        row.occurredAt(),
        row.attempts(),
        row.nextAttemptAt(),
        row.deliveredAt(),
        row.deadAt(),
        row.lastError());
  }
}
