package dev.warmgate.transfer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows whose accounts have exchanged their addresses with one another. One statement has
 * to take all of a ring; every other row can be stored by itself.
 */
final class AddressRings {
  /** As many accounts as {@link SettleDao#leaveRings} looks at. */
  private static final int LONGEST = 10;

  private AddressRings() {}

  /**
   * Returns the rows as rings and as single ones.
   *
   * @param holders which account has the address that a row wants, by the index of the row
   */
  static Deque<List<ImportRow>> of(List<ImportRow> rows, Map<Integer, UUID> holders) {
    Map<UUID, Integer> indexes = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      indexes.put(rows.get(i).id(), i);
    }
    Deque<List<ImportRow>> groups = new ArrayDeque<>();
    boolean[] isTaken = new boolean[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      if (!isTaken[i]) {
        List<ImportRow> group = new ArrayList<>();
        for (int one : ring(i, indexes, holders)) {
          isTaken[one] = true;
          group.add(rows.get(one));
        }
        groups.add(group);
      }
    }
    return groups;
  }

  private static Set<Integer> ring(
      int start, Map<UUID, Integer> indexes, Map<Integer, UUID> holders) {
    Set<Integer> walk = new LinkedHashSet<>();
    @Nullable Integer next = start;
    while (next != null && walk.size() < LONGEST && walk.add(next)) {
      next = indexes.get(holders.get(next));
    }
    return next != null && next == start ? walk : Set.of(start);
  }
}
