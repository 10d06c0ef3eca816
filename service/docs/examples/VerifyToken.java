import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.text.ParseException;
import java.util.Set;

/**
 * Lets in who has a token of Warmgate's Supabase API. Needs nimbus-jose-jwt:
 * {@code ISSUER=https://api.example.com/auth/v1 PORT=3000 java -cp nimbus-jose-jwt.jar VerifyToken.java}
 */
final class VerifyToken {
  private final DefaultJWTProcessor<SecurityContext> tokens = new DefaultJWTProcessor<>();

  VerifyToken(String issuer) throws IOException {
    var url = URI.create(issuer + "/.well-known/jwks.json").toURL();
    // Asks for keys again on an unknown kid, at most twice in 30 seconds.
    var keys = JWKSourceBuilder.create(url).build();
    var expected = new JWTClaimsSet.Builder().issuer(issuer).build();
    tokens.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keys));
    tokens.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>("authenticated", expected, Set.of("exp", "sub")));
  }

  /**
   * @throws BadJOSEException if the token is refused
   * @throws JOSEException if there are no keys to tell
   */
  JWTClaimsSet claims(String token) throws BadJOSEException, JOSEException, ParseException {
    return tokens.process(token, null);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    byte[] body = {};
    int status = 200;
    try {
      String token = header == null ? "" : header.replaceFirst("(?i)^Bearer ", "");
      body = "{\"id\": \"%s\"}".formatted(claims(token).getSubject()).getBytes();
    } catch (BadJOSEException | ParseException refused) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      status = 401;
    } catch (JOSEException away) {
      // A 401 would end the session of a good client.
      exchange.getResponseHeaders().set("Retry-After", "1");
      status = 503;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/me", new VerifyToken(System.getenv("ISSUER"))::answer);
    server.start();
  }
}
