package irqlab.topology;

/**
 * What one cluster node hosts of a kind.
 *
 * @param node its name, {@code node1}
 * @param members of CPUs a list {@code 0-23}; of functions and IO-APICs names with {@code *},
 *     separated by commas
 */
public record NodeShare(String node, String members) {}
