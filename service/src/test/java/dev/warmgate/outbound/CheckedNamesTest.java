package dev.warmgate.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.network.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckedNamesTest {
  private static final String HOST = "hooks.example.com";
  private static final String PUBLIC = "8.8.8.8";

  private final ScriptedNames names = new ScriptedNames();
  private final CheckedNames checked = checked();

  private CheckedNames checked(String... allowed) {
    return new CheckedNames(
        new OutboundUrlPolicy(Arrays.stream(allowed).map(Cidr::parse).toList()), names);
  }

  @Test
  void returnsExactlyTheAddressesItChecked() throws Exception {
    names.answer(PUBLIC, "2606:4700::1111").answer("127.0.0.1");

    assertThat(checked.resolve(HOST, 443))
        .extracting(place -> place.getAddress().getHostAddress() + " " + place.getPort())
        .containsExactly("8.8.8.8 443", "2606:4700:0:0:0:0:0:1111 443");
    assertThat(names.lookups()).as("lookups").isEqualTo(1);
  }

  @Test
  void refusesANameThatNowResolvesToAPrivateAddress() throws Exception {
    names.answer(PUBLIC).answer("127.0.0.1");
    checked.resolve(HOST, 443);

    assertRefused(checked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8,10.0.0.1", "10.0.0.1,8.8.8.8", "8.8.8.8,1.1.1.1,9.9.9.9,::1"})
  void refusesANameWithPublicAndPrivateAddresses(String addresses) {
    names.answer(addresses.split(",", -1));

    assertRefused(checked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "64:ff9b::7f00:1"})
  void refusesANameWithAPrivateAddress(String address) {
    names.answer(address);

    assertRefused(checked);
  }

  @Test
  void allowsConfiguredNetworksInDevelopment() throws Exception {
    names.answer("127.0.0.1").answer("127.0.0.2");
    CheckedNames inDevelopment = checked("127.0.0.1/32");

    assertThat(inDevelopment.resolve(HOST)).containsExactly(InetAddress.ofLiteral("127.0.0.1"));
    assertRefused(inDevelopment);
  }

  @Test
  void returnsAtMostThreeAddresses() throws Exception {
    List<String> many = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      many.add("8.8.8." + i);
    }
    names.answer(many.toArray(String[]::new));

    assertThat(checked.resolve(HOST, 443)).hasSize(3);
  }

  @Test
  void refusesAnUnknownName() {
    assertThatThrownBy(() -> checked.resolve(HOST, 443))
        .isInstanceOf(UnknownHostException.class)
        .hasNoCause();
  }

  private static void assertRefused(CheckedNames names) {
    assertThatThrownBy(() -> names.resolve(HOST, 443))
        .isInstanceOf(UnknownHostException.class)
        .hasCauseInstanceOf(OutboundRefused.class);
  }
}
