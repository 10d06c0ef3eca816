package dev.warmgate.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Enforces the structure of the load tools. */
@AnalyzeClasses(
    packages = "dev.warmgate.loadtest",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class LoadToolsTest {
  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.warmgate.loadtest.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule simulationsStartNoProcessAndHarmNoService =
      noClasses()
          .that()
          .resideInAPackage("..gate.simulation..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..loadtest.stack..", "..loadtest.fault..", "..gate.scene..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Process.class, ProcessBuilder.class, ProcessHandle.class, Runtime.class);

  @ArchTest
  static final ArchRule onlyTheHttpPackageUsesTheJdksClient =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.warmgate.loadtest.http..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              java.net.http.HttpClient.class,
              java.net.http.HttpRequest.class,
              java.net.http.HttpResponse.class);
}
