package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.request.Public;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegisteredFiltersTest {
  private static final OpenTelemetry TELEMETRY = OpenTelemetry.noop();

  private final RegisteredFilters registered = new RegisteredFilters();

  @Test
  void readsTheFiltersThatJerseyRuns() {
    start(DeclaredFilters.all());

    assertThat(registered.slots()).isEqualTo(FilterOrder.DECLARED);
  }

  @Test
  void refusesToStartWithoutADeclaredFilter() {
    List<Object> filters = DeclaredFilters.all();
    filters.removeIf(filter -> filter instanceof AccessControlFilter);

    assertThatThrownBy(() -> start(filters))
        .hasMessageContaining("access-control")
        .hasMessageContaining("not registered");
  }

  @Test
  void refusesToStartWithAnUndeclaredFilter() {
    List<Object> filters = DeclaredFilters.all();
    filters.add(new Undeclared());

    assertThatThrownBy(() -> start(filters))
        .hasMessageContaining("undeclared")
        .hasMessageContaining("not declared");
  }

  @Test
  void refusesToStartWithAFilterThatIsNotTraced() {
    List<Object> filters = DeclaredFilters.all();
    filters.add(new Untraced());

    assertThatThrownBy(() -> start(filters))
        .hasMessageContaining("Untraced")
        .hasMessageContaining("does not declare");
  }

  @Test
  void refusesToStartWithTwoFiltersOfTheSamePriority() {
    List<Object> filters = DeclaredFilters.all();
    filters.add(new SamePriority());

    assertThatThrownBy(() -> start(filters))
        .hasMessageContaining("same-priority")
        .hasMessageContaining("shares its priority");
  }

  private void start(List<Object> filters) {
    DeclaredFilters.start(filters, new Open(), registered);
  }

  /** A public endpoint. */
  @Path("open")
  @Public
  public static final class Open {
    @GET
    public String open() {
      return "open";
    }
  }

  @Priority(250)
  private static final class Undeclared extends TracedRequestFilter {
    Undeclared() {
      super("undeclared", false, TELEMETRY);
    }

    @Override
    protected void apply(ContainerRequestContext request) {}
  }

  private static final class Untraced implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {}
  }

  @Priority(FilterOrder.RATE_LIMIT)
  private static final class SamePriority extends TracedRequestFilter {
    SamePriority() {
      super("same-priority", false, TELEMETRY);
    }

    @Override
    protected void apply(ContainerRequestContext request) {}
  }
}
