package dev.warmgate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Enforces the rules of the test tree: where tests live and what they share. */
@AnalyzeClasses(packages = "dev.warmgate")
final class TestArchitectureTest {
  private static final String KIT = "dev.warmgate.testkit..";

  private static final DescribedPredicate<JavaClass> TESTS =
      DescribedPredicate.describe(
          "of the test tree",
          type ->
              type.getSource()
                  .map(source -> Location.of(source.getUri()))
                  .filter(location -> !new ImportOption.DoNotIncludeTests().includes(location))
                  .isPresent());

  @ArchTest
  static final ArchRule integrationTestsLiveBesideWhatTheyTest =
      classes().that().haveSimpleNameEndingWith("IT").should(shareTheirPackageWithTheService());

  @ArchTest
  static final ArchRule theKitDoesNotDependOnTests =
      noClasses()
          .that()
          .resideInAPackage(KIT)
          .should()
          .dependOnClassesThat(resideOutsideOfPackage(KIT).and(TESTS));

  @ArchTest
  static final ArchRule onlyTheKitStartsServicesAndTheirDependencies =
      noClasses()
          .that(resideOutsideOfPackage(KIT).and(TESTS))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.zonky.test..", "redis.embedded..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.dropwizard.testing.DropwizardTestSupport");

  @ArchTest
  static final ArchRule onlyTheKitUsesAnHttpClient =
      noClasses()
          .that(resideOutsideOfPackage(KIT).and(TESTS))
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.http.HttpClient");

  private static ArchCondition<JavaClass> shareTheirPackageWithTheService() {
    return new ArchCondition<>("share their package with classes of the service") {
      @Override
      public void check(JavaClass test, ConditionEvents events) {
        boolean shared = test.getPackage().getClasses().stream().anyMatch(TESTS.negate());
        events.add(
            new SimpleConditionEvent(test, shared, test.getName() + " is alone in its package"));
      }
    };
  }
}
