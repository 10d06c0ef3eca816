package dev.warmgate.cli.validate;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the report as JUnit XML, which CI systems display. */
final class JunitReport {
  private JunitReport() {}

  static void write(List<Finding> findings, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument();
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "warmgate validate");
      xml.writeAttribute("tests", String.valueOf(findings.size()));
      xml.writeAttribute("failures", count(findings, Finding.Outcome.FAIL));
      xml.writeAttribute("skipped", count(findings, Finding.Outcome.SKIP));
      for (Finding finding : findings) {
        write(finding, xml);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  private static void write(Finding finding, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "warmgate.validate");
    xml.writeAttribute("name", finding.check());
    if (finding.failed()) {
      xml.writeStartElement("failure");
      xml.writeAttribute("message", finding.figure() + " (expected: " + finding.target() + ")");
      xml.writeCharacters(finding.advice());
      xml.writeEndElement();
    } else if (finding.outcome() == Finding.Outcome.SKIP) {
      xml.writeEmptyElement("skipped");
      xml.writeAttribute("message", finding.advice());
    } else {
      xml.writeStartElement("system-out");
      xml.writeCharacters(finding.figure());
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String count(List<Finding> findings, Finding.Outcome outcome) {
    return String.valueOf(findings.stream().filter(f -> f.outcome() == outcome).count());
  }
}
