package dev.warmgate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.filtering;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

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

  /** {@code scripts/test.sh --quick} runs these; a feature without one would not be in it. */
  @ArchTest
  static void eachFeatureHasOneQuickTest(JavaClasses all) {
    Map<String, Long> quick =
        all.stream()
            .filter(type -> type.getSimpleName().endsWith("IT"))
            .collect(
                groupingBy(
                    JavaClass::getPackageName,
                    TreeMap::new,
                    filtering(TestArchitectureTest::isQuick, counting())));
    // Tests of all features together.
    quick.keySet().removeAll(Set.of("dev.warmgate", "dev.warmgate.request"));

    assertThat(quick).isNotEmpty().allSatisfy((feature, tests) -> assertThat(tests).isOne());
  }

  private static boolean isQuick(JavaClass test) {
    return Stream.concat(Stream.of(test), test.getMethods().stream())
        .flatMap(tagged -> tagged.tryGetAnnotationOfType(Tag.class).stream())
        .anyMatch(tag -> tag.value().equals("quick"));
  }

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
