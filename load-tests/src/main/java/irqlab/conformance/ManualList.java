package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The list of what we do otherwise than a recording, by class, with the rule and the reason. */
public final class ManualList {
  private static final String RESOURCE = "followed-manual.json";

  private final Map<ManualClass, Item> items = new EnumMap<>(ManualClass.class);

  /**
   * One class of recordings.
   *
   * @param name of the class
   * @param rule id of the rule that we follow
   * @param what we do
   * @param why the recording is not followed
   */
  public record Item(String name, String rule, String what, String why) {}

  /** Reads the list. Errors: {@link IllegalStateException} when a class has no entry in it. */
  public static ManualList read() {
    ManualList list = new ManualList();
    try (InputStream in = ManualList.class.getResourceAsStream(RESOURCE)) {
      for (JsonNode node : new ObjectMapper().readTree(in)) {
        String name = node.get("class").asText();
        Item item =
            new Item(
                name,
                node.get("rule").asText(),
                node.get("what").asText(),
                node.get("why").asText());
        list.items.put(
            ManualClass.valueOf(name.replace('-', '_').toUpperCase(java.util.Locale.ROOT)), item);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (ManualClass each : ManualClass.values()) {
      if (!list.items.containsKey(each)) {
        throw new IllegalStateException("class=" + each + " is not in " + RESOURCE);
      }
    }
    return list;
  }

  /** All entries. */
  public List<Item> items() {
    return List.copyOf(items.values());
  }

  /**
   * The classes by which these differences follow the manual, or empty when one of them is not
   * explained.
   */
  Optional<Set<ManualClass>> explain(ApicVector vector, List<Difference> differences) {
    Set<ManualClass> used = EnumSet.noneOf(ManualClass.class);
    for (Difference difference : differences) {
      ManualClass found = explaining(vector, differences, difference);
      if (found == null) {
        return Optional.empty();
      }
      used.add(found);
    }
    return Optional.of(used);
  }

  private static ManualClass explaining(
      ApicVector vector, List<Difference> all, Difference difference) {
    for (ManualClass each : ManualClass.values()) {
      if (each.applies(vector, all.get(0)) && each.explains(vector, difference)) {
        return each;
      }
    }
    return null;
  }

  Item item(ManualClass manualClass) {
    return items.get(manualClass);
  }
}
