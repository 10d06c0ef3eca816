package dev.warmgate.accountpage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.proof.ProofKind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PendingProofTest {
  @Test
  void isReadAsItWasWritten() {
    for (String redirectTo : new String[] {null, "https://app.example.com/a?b=c"}) {
      PendingProof pending =
          new PendingProof(
              ProofKind.CHANGE_ADDRESS_NEW, UUID.randomUUID(), UUID.randomUUID(), redirectTo);

      assertThat(PendingProof.read(PendingProof.write(pending, List.of())))
          .containsExactly(pending);
    }
  }

  @Test
  void isKeptOnceForEachKindTheNewestFirst() {
    PendingProof confirm = of(ProofKind.CONFIRM);
    PendingProof reset = of(ProofKind.RESET);
    PendingProof again = of(ProofKind.CONFIRM);

    List<PendingProof> both = PendingProof.read(PendingProof.write(reset, List.of(confirm)));
    assertThat(both).containsExactly(reset, confirm);
    assertThat(PendingProof.read(PendingProof.write(again, both))).containsExactly(again, reset);
  }

  private static PendingProof of(ProofKind kind) {
    return new PendingProof(kind, UUID.randomUUID(), null, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "reset", "reset x - -", "nothing 00000000-0000-0000-0000-000000000000 - -"})
  void mayBeGarbage(String text) {
    String cookie = Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));

    assertThat(PendingProof.read(cookie)).isEmpty();
    assertThat(PendingProof.read("é" + text)).isEmpty();
  }
}
