package dev.warmgate.filter;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Endpoint;
import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.Scopes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.glassfish.jersey.InjectionManagerProvider;
import org.glassfish.jersey.internal.inject.InjectionManager;
import org.glassfish.jersey.internal.inject.Providers;
import org.glassfish.jersey.model.internal.RankedProvider;
import org.glassfish.jersey.server.model.Invocable;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.jspecify.annotations.Nullable;

/**
 * Reads which request filters Jersey will run and with which priorities. Stops the start if they
 * are not the declared ones, or if an endpoint does not say who may call it.
 */
public final class RegisteredFilters implements Feature {
  /** The roles that an endpoint may name; an endpoint for all accounts names none. */
  private static final Set<String> ROLES = Set.of(Authenticated.ADMIN, Authenticated.SERVICE);

  private static final String OURS = "dev.warmgate.";

  private volatile List<FilterSlot> slots = List.of();

  @Override
  public boolean configure(FeatureContext context) {
    context.register(new StartCheck(InjectionManagerProvider.getInjectionManager(context)));
    return true;
  }

  /** The registered filters, in the order Jersey runs them. */
  public List<FilterSlot> slots() {
    return slots;
  }

  /** Runs when Jersey knows all components and before it serves; an exception stops the start. */
  private final class StartCheck implements ApplicationEventListener {
    private final InjectionManager jersey;

    StartCheck(InjectionManager jersey) {
      this.jersey = jersey;
    }

    @Override
    public void onEvent(ApplicationEvent event) {
      if (event.getType() == ApplicationEvent.Type.INITIALIZATION_APP_FINISHED) {
        slots = readSlots(jersey);
        requireDeclared(slots);
        event.getResourceModel().getResources().forEach(RegisteredFilters::requireAccessRule);
      }
    }

    @Override
    public @Nullable RequestEventListener onRequest(RequestEvent request) {
      return null;
    }
  }

  private static List<FilterSlot> readSlots(InjectionManager jersey) {
    Iterable<RankedProvider<ContainerRequestFilter>> ranked =
        Providers.getAllRankedProviders(jersey, ContainerRequestFilter.class);
    return StreamSupport.stream(ranked.spliterator(), false)
        .filter(provider -> isOurs(provider.getProvider()))
        .map(provider ->
            new FilterSlot(
                ((TracedRequestFilter) provider.getProvider()).name(), provider.getRank()))
        .sorted(Comparator.comparingInt(FilterSlot::priority))
        .toList();
  }

  /** Picks Warmgate's filters, which must all be traced; leaves out Jersey's. */
  private static boolean isOurs(ContainerRequestFilter filter) {
    if (filter.getClass().getName().startsWith(OURS) && !(filter instanceof TracedRequestFilter)) {
      throw new IllegalStateException(
          filter.getClass().getName() + " is a request filter that FilterOrder does not declare");
    }
    return filter instanceof TracedRequestFilter;
  }

  private static void requireDeclared(List<FilterSlot> registered) {
    List<String> faults = new ArrayList<>();
    for (FilterSlot slot : FilterOrder.DECLARED) {
      if (!registered.contains(slot)) {
        faults.add(slot + " is declared in FilterOrder but not registered");
      }
    }
    for (FilterSlot slot : registered) {
      if (!FilterOrder.DECLARED.contains(slot)) {
        faults.add(slot + " is registered but not declared in FilterOrder");
      }
      if (registered.stream().filter(other -> other.priority() == slot.priority()).count() > 1) {
        faults.add(slot + " shares its priority with another filter");
      }
    }
    if (!faults.isEmpty()) {
      throw new IllegalStateException("the filters are not as declared: " + faults);
    }
  }

  private static void requireAccessRule(Resource resource) {
    for (ResourceMethod method : resource.getAllMethods()) {
      Invocable invocable = method.getInvocable();
      Endpoint endpoint = Endpoint.of(invocable);
      if (!isJerseysOptions(method) && endpoint.isPublic() == endpoint.isAuthenticated()) {
        throw new IllegalStateException(
            invocable.getDefinitionMethod() + " must be annotated @Public or @Authenticated");
      }
      requireEvaluatedRule(endpoint, invocable.getDefinitionMethod());
    }
    resource.getChildResources().forEach(RegisteredFilters::requireAccessRule);
  }

  /** Jersey adds OPTIONS to every resource, and answers it with the allowed methods. */
  private static boolean isJerseysOptions(ResourceMethod method) {
    return HttpMethod.OPTIONS.equals(method.getHttpMethod())
        && method
            .getInvocable()
            .getHandler()
            .getHandlerClass()
            .getName()
            .startsWith("org.glassfish.jersey.");
  }

  /** Refuses rules that would never be evaluated and so protect nothing. */
  private static void requireEvaluatedRule(Endpoint endpoint, Method method) {
    boolean hasRule = !endpoint.roles().isEmpty() || !endpoint.scopes().isEmpty();
    if (hasRule && endpoint.isOnFastLane()) {
      throw new IllegalStateException(
          method + " is on the fast lane, where roles and scopes are not evaluated");
    }
    if (endpoint.assurance() != null && endpoint.isForServicesOnly()) {
      throw new IllegalStateException(
          method + " names a maxAge or an aal, but services never log in");
    }
    if (hasRule && endpoint.isForAnyAudience()) {
      throw new IllegalStateException(
          method + " takes tokens for other resources, which must open nothing that needs a role");
    }
    if (!endpoint.scopes().isEmpty() && !endpoint.isForServices()) {
      throw new IllegalStateException(method + " names scopes, but only services have any");
    }
    if (!ROLES.containsAll(endpoint.roles())) {
      throw new IllegalStateException(method + " names an unknown role: " + endpoint.roles());
    }
    if (!Scopes.ALL.containsAll(endpoint.scopes())) {
      throw new IllegalStateException(method + " names an unknown scope: " + endpoint.scopes());
    }
  }
}
