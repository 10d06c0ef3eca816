package dev.warmgate;

import dev.warmgate.filter.RegisteredFilters;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.traffic.FilterLedger;
import dev.warmgate.traffic.RecentRequests;

/** The records of requests, shared by everything that reports on them. */
record Traffic(
    FilterLedger ledger, RecentRequests recent, Latencies latencies, RegisteredFilters registered) {
  static Traffic of(Services services) {
    return new Traffic(
        new FilterLedger(),
        new RecentRequests(services.foundation().clock()),
        new Latencies(services.foundation().clock(), services.foundation().telemetry()),
        new RegisteredFilters());
  }
}
