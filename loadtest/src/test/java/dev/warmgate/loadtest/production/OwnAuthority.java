package dev.warmgate.loadtest.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority of the test's own, whose certificate for this host is trusted by nobody else. */
final class OwnAuthority implements AutoCloseable {
  private static final List<String> NEW_KEY =
      List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");
  private static final String NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1";

  private final Path home;

  private OwnAuthority(Path home) {
    this.home = home;
  }

  static OwnAuthority create() throws IOException, InterruptedException {
    OwnAuthority authority = new OwnAuthority(Debian.directory("tls"));
    authority.request(
        "-x509",
        "-days",
        "2",
        "-subj",
        "/CN=an authority of its own",
        "-keyout",
        authority.path("ca.key"),
        "-out",
        authority.ca());
    authority.request(
        "-subj", "/CN=localhost", "-keyout", authority.key(), "-out", authority.path("server.csr"));
    Files.writeString(authority.home.resolve("names"), NAMES);
    authority.openssl(
        "x509",
        "-req",
        "-in",
        authority.path("server.csr"),
        "-CA",
        authority.ca(),
        "-CAkey",
        authority.path("ca.key"),
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        authority.path("names"),
        "-out",
        authority.certificate());
    Debian.give(authority.home);
    return authority;
  }

  String ca() {
    return path("ca.pem");
  }

  String certificate() {
    return path("server.pem");
  }

  String key() {
    return path("server.key");
  }

  private String path(String file) {
    return home.resolve(file).toString();
  }

  private void request(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("req"));
    all.addAll(NEW_KEY);
    all.addAll(List.of(arguments));
    openssl(all.toArray(String[]::new));
  }

  private void openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Debian.program("openssl").toString()));
    command.addAll(List.of(arguments));
    String _ = Debian.run(command);
  }

  @Override
  public void close() throws IOException {
    Debian.delete(home);
  }
}
