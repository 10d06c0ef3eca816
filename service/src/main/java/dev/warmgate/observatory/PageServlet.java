package dev.warmgate.observatory;

import dev.warmgate.secret.Crypto;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The observatory for people: {@code GET /observatory} on the admin port. One self-contained
 * document, whose policy forbids every request but the one for its own JSON.
 */
public final class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final List<String> STYLES = List.of("page.css", "waterfall.css");
  private static final List<String> SCRIPTS =
      List.of("shared.js", "waterfall.js", "panels.js", "page.js");

  private final String page;

  public PageServlet() {
    page =
        read("page.html")
            .replace("{{style}}", readAll(STYLES))
            .replace("{{script}}", readAll(SCRIPTS));
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String nonce = Base64.getEncoder().encodeToString(Crypto.random(18));
    response.setContentType("text/html;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'nonce-%1$s'; script-src 'nonce-%1$s'; connect-src 'self'; "
                .formatted(nonce)
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response
        .getOutputStream()
        .write(page.replace("{{nonce}}", nonce).getBytes(StandardCharsets.UTF_8));
  }

  private static String readAll(List<String> names) {
    return names.stream().map(PageServlet::read).collect(Collectors.joining("\n"));
  }

  private static String read(String name) {
    try (InputStream file = PageServlet.class.getResourceAsStream("/observatory/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
