package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.gate.verdict.Thresholds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The options of the command line. Wrong usage throws an {@link IllegalArgumentException} whose
 * message says what is valid.
 */
record GateOptions(
    List<Scenario> simulations,
    int attempts,
    Path output,
    boolean checkOnly,
    Map<String, String> properties) {
  private static final int ATTEMPTS = 3;

  /**
   * The defaults of each profile, in seconds except for the accounts and the multiples of the
   * capacity; an option of the same name overrides a default.
   */
  private static final Map<String, Map<String, String>> PROFILES =
      Map.of(
          "smoke",
          Map.of(
              "warmup",
              "5",
              "duration",
              "15",
              "idle",
              "5",
              "overload",
              "8",
              "outage",
              "5",
              "soak",
              "30",
              "hostile",
              "20",
              "accounts",
              "50"),
          "ci",
          Map.of(
              "warmup",
              "8",
              "duration",
              "25",
              "idle",
              "10",
              "overload",
              "12",
              "outage",
              "8",
              "soak",
              "60",
              "hostile",
              "120",
              "accounts",
              "100"),
          "full",
          Map.of(
              "warmup",
              "15",
              "duration",
              "60",
              "idle",
              "60",
              "overload",
              "60",
              "outage",
              "15",
              "soak",
              "600",
              "hostile",
              "120",
              "accounts",
              "400",
              "overloads",
              "2,5,10"));

  private static final Map<String, List<Scenario>> SIMULATIONS =
      Map.of(
          "smoke", List.of(Scenario.SMOKE, Scenario.LOGIN),
          // The cold start is last, so that the service is cold but the load generator is warm.
          "ci",
              List.of(
                  Scenario.SMOKE,
                  Scenario.LOGIN,
                  Scenario.MIXED,
                  Scenario.OVERLOAD,
                  Scenario.HOSTILE,
                  Scenario.DATABASE_OUTAGE,
                  Scenario.COLD_START),
          "full", List.of(Scenario.values()));

  static GateOptions parse(String[] arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    Map<String, String> limits = new LinkedHashMap<>();
    List<Scenario> wanted = new ArrayList<>();
    boolean checkOnly = false;
    int attempts = ATTEMPTS;
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (name.equals("--check")) {
        checkOnly = true;
        continue;
      }
      String value = i + 1 < arguments.length ? arguments[++i] : "";
      switch (name) {
        case "--set" -> limits.put(key(value), value.substring(value.indexOf('=') + 1));
        case "--simulation" -> wanted.add(simulation(value));
        case "--attempts" -> attempts = attempts(value);
        case "--rate",
            "--warmup",
            "--duration",
            "--idle",
            "--overload",
            "--outage",
            "--soak",
            "--hostile" ->
            given.put(name.substring(2), number(name, value));
        case "--api" -> given.put("api", api(value));
        case "--profile", "--url", "--output", "--directory" -> given.put(name.substring(2), value);
        default -> throw new IllegalArgumentException("Unknown option: " + name);
      }
    }
    String profile = given.getOrDefault("profile", "smoke");
    if (!PROFILES.containsKey(profile)) {
      throw new IllegalArgumentException(
          "Unknown profile '" + profile + "'; available: smoke, ci, full.");
    }
    if (given.containsKey("url") && !given.containsKey("rate")) {
      throw new IllegalArgumentException(
          "--url needs --rate: the gate never measures the capacity of a running service.");
    }
    if (given.containsKey("url") && !wanted.stream().allMatch(Scenario::onlySendsRequests)) {
      throw new IllegalArgumentException(
          "With --url only these are available: %s; the others stop the service or cut it off."
              .formatted(titles(Scenario::onlySendsRequests)));
    }
    Map<String, String> properties = new LinkedHashMap<>();
    PROFILES.get(profile).forEach((name, value) -> properties.put("gate." + name, value));
    given.forEach((name, value) -> properties.put("gate." + name, value));
    limits.forEach((name, value) -> properties.put(Thresholds.PREFIX + name, value));
    properties.put("gate.profile", profile);
    List<Scenario> defaults = SIMULATIONS.get(profile);
    if (given.containsKey("url")) {
      defaults = defaults.stream().filter(Scenario::onlySendsRequests).toList();
    }
    GateOptions options =
        new GateOptions(
            wanted.isEmpty() ? defaults : List.copyOf(wanted),
            attempts,
            Path.of(given.getOrDefault("output", "target/gate")),
            checkOnly,
            properties);
    Properties checked = new Properties();
    options.apply(checked);
    Thresholds.from(checked);
    return options;
  }

  void apply(Properties to) {
    properties.forEach(to::setProperty);
  }

  private static String key(String pair) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("--set needs KEY=VALUE, not '" + pair + "'.");
    }
    return pair.substring(0, equals);
  }

  private static String number(String option, String value) {
    if (!value.matches("0*[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(
          option + " needs a whole number above 0, not '" + value + "'.");
    }
    return value;
  }

  private static String api(String value) {
    if (!value.equals("own") && !value.equals("supabase")) {
      throw new IllegalArgumentException("--api needs own or supabase, not '" + value + "'.");
    }
    return value;
  }

  private static int attempts(String value) {
    if (!value.matches("[1-9]")) {
      throw new IllegalArgumentException(
          "--attempts needs a whole number from 1 to 9, not '" + value + "'.");
    }
    return Integer.parseInt(value);
  }

  private static Scenario simulation(String value) {
    return Stream.of(Scenario.values())
        .filter(known -> known.title().equalsIgnoreCase(value.replaceFirst("Simulation$", "")))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Unknown simulation '%s'; available: %s.".formatted(value, titles(_ -> true))));
  }

  private static String titles(Predicate<Scenario> which) {
    return Stream.of(Scenario.values())
        .filter(which)
        .map(Scenario::title)
        .collect(Collectors.joining(", "));
  }
}
