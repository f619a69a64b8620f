package irqlab.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The wiring of one machine: node modules add their components and ask for ports.
 *
 * <p>The paths of all components of the machine are known before, from the topology, also of those
 * that live in another process; ids are the places in path order, so they do not depend on which
 * process builds what.
 */
public final class Assembly {
  private final String[] paths;
  private final Component<?>[] components;
  private final List<List<Port<?>>> ports = new ArrayList<>();
  private final List<Bus<?>> buses = new ArrayList<>();
  private final Map<String, Object> attachments = new TreeMap<>();
  private final Set<String> used = new TreeSet<>();

  /** A machine of these components; the order given does not matter. */
  public Assembly(List<String> allPaths) {
    paths = allPaths.toArray(new String[0]);
    Arrays.sort(paths);
    for (int i = 0; i < paths.length; i++) {
      if (i > 0 && paths[i].equals(paths[i - 1])) {
        throw new IllegalArgumentException("path=" + paths[i] + " is there twice");
      }
      ports.add(new ArrayList<>());
    }
    components = new Component<?>[paths.length];
  }

  /** True when the machine has a component of this path, here or elsewhere. */
  public boolean has(String path) {
    return Arrays.binarySearch(paths, path) >= 0;
  }

  /** The id of this path. Errors: {@link IllegalArgumentException} when there is none. */
  public int id(String path) {
    int id = Arrays.binarySearch(paths, path);
    if (id < 0) {
      throw new IllegalArgumentException("path=" + path + " is not in this machine");
    }
    return id;
  }

  /** Adds the component of this path. */
  public <M extends Message> void add(String path, Component<M> component) {
    int id = id(path);
    if (components[id] != null) {
      throw new IllegalArgumentException("path=" + path + " was added before");
    }
    components[id] = component;
  }

  /**
   * Keeps something of the host's own for the module that builds this path, such as the model of a
   * device.
   */
  public void attach(String path, Object part) {
    id(path);
    if (attachments.putIfAbsent(path, part) != null) {
      throw new IllegalArgumentException("path=" + path + " has an attachment already");
    }
  }

  /**
   * What the host attached to this path.
   *
   * <p>Errors: {@link IllegalArgumentException} when it is of another type.
   */
  public <T> Optional<T> attachment(String path, Class<T> type) {
    Object part = attachments.get(path);
    if (part != null && !type.isInstance(part)) {
      throw new IllegalArgumentException(
          "path=" + path + " has a " + part.getClass().getName() + ", needs a " + type.getName());
    }
    used.add(path);
    return Optional.ofNullable(part).map(type::cast);
  }

  /** Attachments that no module has asked for. */
  public List<String> unusedAttachments() {
    List<String> unused = new ArrayList<>();
    for (String path : paths) {
      if (attachments.containsKey(path) && !used.contains(path)) {
        unused.add(path);
      }
    }
    return unused;
  }

  /** Paths without a component, ascending. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (int id = 0; id < paths.length; id++) {
      if (components[id] == null) {
        missing.add(paths[id]);
      }
    }
    return missing;
  }

  /** A port of ordinary class, {@link Order#MESSAGE}. */
  public <T extends Message> Port<T> port(String from, String to, long latencyPs) {
    return port(from, to, latencyPs, Order.MESSAGE);
  }

  /**
   * A port whose messages stand in this class among those that arrive at the same time.
   *
   * @param eventClass 1 to 255, lower first; see {@link Order}
   */
  public <T extends Message> Port<T> port(String from, String to, long latencyPs, int eventClass) {
    Port<T> port = new Port<>(from, to, latencyPs, eventClass);
    port.fromId = id(from);
    port.toId = id(to);
    ports.get(port.fromId).add(port);
    return port;
  }

  /**
   * A bus to these components.
   *
   * @param to ids of the members in the order in which the sender counts them; shared, not copied
   */
  public <T extends Message> Bus<T> bus(String from, int[] to, long latencyPs) {
    Bus<T> bus = new Bus<>(from, id(from), to, latencyPs, Order.MESSAGE);
    buses.add(bus);
    return bus;
  }

  /** Closes the wiring. */
  public Plan plan() {
    Port<?>[][] byOwner = new Port<?>[paths.length][];
    for (int i = 0; i < paths.length; i++) {
      byOwner[i] = ports.get(i).toArray(new Port<?>[0]);
    }
    return new Plan(paths.clone(), components.clone(), byOwner, List.copyOf(buses));
  }
}
