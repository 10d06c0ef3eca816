package dev.warmgate.observatory;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The observatory for programs: {@code GET /observatory.json} on the admin port. */
public final class ReportServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Observatory observatory;
  private final transient ObjectMapper json;

  public ReportServlet(Observatory observatory, ObjectMapper json) {
    this.observatory = observatory;
    this.json = json;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] report = json.writeValueAsBytes(observatory.report());
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.getOutputStream().write(report);
  }
}
