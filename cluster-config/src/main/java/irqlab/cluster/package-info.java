/**
 * A live machine over several processes: node agents, joining, the launcher of local processes, and
 * the coordinator that sets a machine up, runs it and closes its books.
 *
 * <p>Documents: Akka 2.8.5, "Cluster Usage", "Split Brain Resolver"; Mattern, "Algorithms for
 * distributed termination detection", 1987 (the four-counter method).
 *
 * <p>In a cluster of somebody else's, hosts ({@link irqlab.cluster.MachineHost}) take the place of
 * those processes; the same coordinator then ends nothing that it did not begin ({@code Realm}).
 *
 * <p>Start at {@link irqlab.cluster.Coordinator}, then {@link irqlab.cluster.NodeMain}.
 */
package irqlab.cluster;
