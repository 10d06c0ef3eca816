package dev.warmgate.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.transfer.source.SourceAccount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AddressRingsTest {
  @Test
  void keepsTogetherWhatHasExchangedItsAddresses() {
    // 0 and 3 want each other's; 1 wants that of 2, which somebody else keeps from it.
    assertThat(groups(6, Map.of(0, 3, 1, 2, 3, 0, 4, 5, 5, 4)))
        .containsExactly(List.of(0, 3), List.of(1), List.of(2), List.of(4, 5));
  }

  @Test
  void leavesOutWhatOnlyLeadsToARing() {
    assertThat(groups(4, Map.of(0, 1, 1, 2, 2, 3, 3, 1)))
        .containsExactly(List.of(0), List.of(1, 2, 3));
  }

  @Test
  void findsRingsOfTenAtMost() {
    assertThat(groups(10, ring(10))).hasSize(1);
    assertThat(groups(11, ring(11))).hasSize(11);
  }

  private static Map<Integer, Integer> ring(int size) {
    Map<Integer, Integer> wants = new HashMap<>();
    IntStream.range(0, size).forEach(i -> wants.put(i, (i + 1) % size));
    return wants;
  }

  /** Returns the numbers of the rows, of which one wants the address of another. */
  private static List<List<Integer>> groups(int size, Map<Integer, Integer> wants) {
    List<ImportRow> rows = IntStream.range(0, size).mapToObj(AddressRingsTest::row).toList();
    Map<Integer, UUID> holders = new HashMap<>();
    wants.forEach((row, holder) -> holders.put(row, rows.get(holder).id()));
    return AddressRings.of(rows, holders).stream()
        .map(group -> group.stream().map(row -> (int) row.number()).toList())
        .toList();
  }

  private static ImportRow row(int number) {
    return new ImportRow(
        new SourceAccount.Place("file", number),
        number,
        new UUID(0, number),
        "csv",
        null,
        null,
        false,
        null,
        false,
        null,
        new byte[0],
        "user",
        null,
        null,
        false,
        null,
        "{}",
        "{}",
        null,
        new FactorIntake.Taken(null, null));
  }
}
