package dev.warmgate.accountpage;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Html;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.Page;
import dev.warmgate.request.Public;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** Serves what the pages load. */
@Path("/account/assets/{name}")
@Page
@Public
@FastLane
@Hidden
public final class AssetResource {
  private final Assets assets;

  AssetResource(Assets assets) {
    this.assets = assets;
  }

  @GET
  public Response load(@PathParam("name") String name) {
    Assets.Asset asset =
        assets.find(name).orElseThrow(() -> new ApiException(ProblemType.NOT_FOUND));
    Response.ResponseBuilder response =
        Response.ok(asset.content())
            .type(asset.type())
            .header("cache-control", "public, max-age=31536000, immutable");
    Html.HEADERS.forEach(response::header);
    return response.build();
  }
}
