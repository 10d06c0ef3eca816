package dev.warmgate.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DockerfileTest {
  private static final String DOCKERFILE = Project.text("service/Dockerfile");

  @Test
  void copiesExactlyThePathsThatDockerignoreAllows() {
    List<String> copied = Dockerfile.copied(DOCKERFILE);
    List<String> allowed =
        Project.text(".dockerignore")
            .lines()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();

    assertThat(Project.text(".dockerignore").lines()).contains("*");
    assertThat(Set.copyOf(copied))
        .containsExactlyInAnyOrderElementsOf(allowed)
        .allMatch(path -> Files.exists(Project.file(path)));
  }

  @Test
  void runsOnAJavaRuntimeAsAnUnprivilegedUser() {
    assertThat(Dockerfile.images(DOCKERFILE).getLast())
        .startsWith("eclipse-temurin:25.")
        .contains("-jre-");
    assertThat(Dockerfile.user(DOCKERFILE)).matches("[1-9]\\d+:[1-9]\\d+");
  }

  @Test
  void trainsOnTheSameRuntimeThatItRunsOn() {
    List<String> images = Dockerfile.images(DOCKERFILE);

    assertThat(images.get(images.size() - 2)).isEqualTo(images.getLast());
    assertThat(DOCKERFILE).contains("RUN bin/train\n");
  }

  @Test
  void callsOnlyExistingPrograms() {
    for (String program :
        List.of(
            "warmgate", "healthcheck", "train", "fetch-servers", "fetch-argon2", "build-argon2")) {
      assertThat(Files.isExecutable(Project.file("service/docker/" + program))).isTrue();
    }
    assertThat(DOCKERFILE)
        .contains("COPY service/docker bin\n")
        .contains("CMD [\"/app/bin/healthcheck\"]\n")
        .contains("ENTRYPOINT [\"/app/bin/warmgate\"]\n");
  }
}
