package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpTester;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends requests to Jersey as Jetty gives them to it. */
final class JerseyHandlerTest {
  private static final Server SERVER = new Server();
  private static final LocalConnector API = connector(ApiPort.CONNECTOR);
  private static final LocalConnector OTHER = connector("admin");

  private static LocalConnector connector(String name) {
    LocalConnector connector = new LocalConnector(SERVER);
    connector.setName(name);
    SERVER.addConnector(connector);
    return connector;
  }

  @BeforeAll
  static void start() throws Exception {
    SERVER.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(
              Request request, org.eclipse.jetty.server.Response response, Callback callback) {
            org.eclipse.jetty.io.Content.Sink.write(response, true, "a servlet", callback);
            return true;
          }
        });
    ApiPort port =
        new ApiPort(
            new JerseyHandler(new ResourceConfig().register(new Endpoints()).register(new Fail())));
    port.leaveToServlets(Set.of("/health-check"));
    port.insertInto(SERVER);
    SERVER.start();
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
  }

  /** The endpoints of the test. */
  @Path("/it")
  public static final class Endpoints {
    @GET
    @Path("text")
    public Response text() {
      return Response.ok("text").header("x-two", "a").header("x-two", "b").build();
    }

    @GET
    @Path("large")
    public String large() {
      return "x".repeat(100_000);
    }

    @GET
    @Path("sees/{path}")
    public String sees(
        @PathParam("path") String path,
        @QueryParam("query") String query,
        @Context SecurityContext security) {
      return path + " " + query + " " + security.isSecure() + " " + security.getUserPrincipal();
    }

    @POST
    @Path("echo")
    public String echo(String body) {
      return body;
    }

    @GET
    @Path("nothing")
    public void nothing() {}

    @GET
    @Path("bare")
    public Response bare() {
      return Response.status(418).build();
    }

    @GET
    @Path("unwritable")
    public String unwritable() {
      return Fail.TEXT;
    }
  }

  /** Fails while an answer is written. */
  @Provider
  private static final class Fail implements WriterInterceptor {
    private static final String TEXT = "cannot be written";

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws java.io.IOException {
      if (TEXT.equals(context.getEntity())) {
        throw new IllegalStateException(TEXT);
      }
      context.proceed();
    }
  }

  private static HttpTester.Response send(LocalConnector port, String request) throws Exception {
    return HttpTester.parseResponse(port.getResponse(request.replace("\n", "\r\n")));
  }

  private static HttpTester.Response get(String target) throws Exception {
    return send(API, "GET " + target + " HTTP/1.1\nHost: a\n\n");
  }

  @Test
  void sendsStatusHeadersAndBodyOfAnEndpoint() throws Exception {
    HttpTester.Response answer = get("/it/text");

    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(answer.getFields("x-two")).hasSize(2);
    assertThat(answer.get("content-length")).isEqualTo("4");
    assertThat(answer.getContent()).isEqualTo("text");
  }

  @Test
  void sendsTheLengthOfALargeAnswer() throws Exception {
    HttpTester.Response answer = get("/it/large");

    assertThat(answer.get("content-length")).isEqualTo("100000");
    assertThat(answer.getContent()).hasSize(100_000);
  }

  @Test
  void answersAHeadWithoutTheBody() throws Exception {
    String answer =
        API.getResponse("HEAD /it/text HTTP/1.1\r\nHost: a\r\n\r\n", true, 5, TimeUnit.SECONDS);

    assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("content-length: 4");
  }

  @Test
  void givesPathAndQueryDecoded() throws Exception {
    assertThat(get("/it/sees/a%20b?query=c%20d|e%22%C3%A9").getContent())
        .isEqualTo("a b c d|e\"\u00e9 false null");
    assertThat(get("/it/sees/a?query=%zz").getContent()).isEqualTo("a %zz false null");
  }

  @Test
  void givesTheBody() throws Exception {
    assertThat(send(API, "POST /it/echo HTTP/1.1\nHost: a\nContent-Length: 4\n\nbody").getContent())
        .isEqualTo("body");
  }

  @Test
  void answersWithoutABody() throws Exception {
    assertThat(get("/it/nothing").getStatus()).isEqualTo(204);
    assertThat(get("/nowhere").getStatus()).isEqualTo(404);
    assertThat(get("/it/bare").getStatus()).isEqualTo(418);
  }

  @Test
  void answers500ToWhatCannotBeWritten() throws Exception {
    assertThat(get("/it/unwritable").getStatus()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "a/b/c", "text/plain;charset"})
  void answers400ToAContentTypeThatIsNone(String type) throws Exception {
    HttpTester.Response answer =
        send(API, "GET /it/text HTTP/1.1\nHost: a\nContent-Type: " + type + "\n\n");

    assertThat(answer.getStatus()).isEqualTo(400);
  }

  @Test
  void leavesHealthPathsAndOtherPortsToServlets() throws Exception {
    assertThat(get("/health-check").getContent()).isEqualTo("a servlet");
    assertThat(get("/health%2Dcheck").getContent()).isEqualTo("a servlet");
    assertThat(get("/health-check;a=b?type=ready").getContent()).isEqualTo("a servlet");
    assertThat(send(OTHER, "GET /it/text HTTP/1.1\nHost: a\n\n").getContent())
        .isEqualTo("a servlet");
  }
}
