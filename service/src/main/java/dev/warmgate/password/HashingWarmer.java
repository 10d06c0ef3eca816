package dev.warmgate.password;

import dev.warmgate.request.RequestContext;
import dev.warmgate.warmup.Warmed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Loads the hashing library and hashes on all threads of the gate until its time estimate reflects
 * this machine, because the gate sizes its queue by that estimate.
 */
public final class HashingWarmer implements Callable<Warmed> {
  private final HashingGate gate;
  private final PasswordHasher hasher;

  public HashingWarmer(HashingGate gate, PasswordHasher hasher) {
    this.gate = gate;
    this.hasher = hasher;
  }

  @Override
  public Warmed call() throws Exception {
    // First loads the library, which is not to count in the estimate, and what logins ask of a
    // hash.
    boolean _ = hasher.isOutdated(hasher.decoy());
    for (int hashed = 0; hashed < HashTimeEstimator.ENOUGH; hashed += gate.permits()) {
      hashOnAllThreads();
    }
    return Warmed.warm(
        "%d at once, %.1f ms each".formatted(gate.permits(), gate.read().estimateMs()));
  }

  private void hashOnAllThreads() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> hashes = new ArrayList<>();
      for (int i = 0; i < gate.permits(); i++) {
        hashes.add(threads.submit(() -> RequestContext.warmUp(this::hash)));
      }
      for (Future<?> hash : hashes) {
        hash.get();
      }
    }
  }

  private void hash() {
    try (HashingGate.Slot slot = gate.reserve()) {
      slot.run(() -> hasher.matches(hasher.decoy(), new Password("not that one either")));
    }
  }
}
