package dev.warmgate.gotrue;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Public;
import dev.warmgate.request.SupabaseApi;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * All paths that no other endpoint has: those of GoTrue say what is not there, as GoTrue does where
 * it is turned off, and are no unknown paths.
 */
@Path("/auth/v1")
@Produces(MediaType.APPLICATION_JSON)
@SupabaseApi
@Public
@Hidden
public final class DisabledResource {
  DisabledResource() {}

  @GET
  @Path("{path: .+}")
  public void get(@PathParam("path") String path) {
    refuse(path);
  }

  @POST
  @Path("{path: .+}")
  public void post(@PathParam("path") String path) {
    refuse(path);
  }

  @PUT
  @Path("{path: .+}")
  public void put(@PathParam("path") String path) {
    refuse(path);
  }

  @PATCH
  @Path("{path: .+}")
  public void patch(@PathParam("path") String path) {
    refuse(path);
  }

  @DELETE
  @Path("{path: .+}")
  public void delete(@PathParam("path") String path) {
    refuse(path);
  }

  private static void refuse(String path) {
    throw Disabled.at(path)
        .<RuntimeException>map(Disabled::refusal)
        .orElseGet(() -> new ApiException(ProblemType.NOT_FOUND));
  }
}
