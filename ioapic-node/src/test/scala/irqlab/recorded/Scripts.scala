package irqlab.recorded

import scala.annotation.tailrec
import scala.util.Random

/** Random scripts of operations: seeds are printed, and a failing script is made short. */
object Scripts {

  /**
   * Runs scripts of `length` operations from seeds `first` until `first + count`.
   *
   * @param draw one random operation
   * @param run what is wrong after a script, if anything; it builds its chip anew
   */
  def check[A](first: Long, count: Int, length: Int)(draw: Random => A)(
      run: Seq[A] => Option[String]
  ): Unit = {
    val bad = (first until first + count).iterator.flatMap { seed =>
      val random = new Random(seed)
      val script = Seq.fill(length)(draw(random))
      run(script).map(_ => (seed, shrink(script, run)))
    }
    bad.nextOption().foreach { case (seed, script) =>
      throw new AssertionError(
        s"seed=$seed: ${run(script).get}\n${script.mkString("  ", "\n  ", "")}"
      )
    }
  }

  /** Leaves out operations as long as what is left still fails. */
  @tailrec
  private def shrink[A](script: Seq[A], run: Seq[A] => Option[String]): Seq[A] = {
    val shorter = script.indices.iterator
      .map(i => script.patch(i, Nil, 1))
      .find(run(_).isDefined)
    shorter match {
      case Some(next) => shrink(next, run)
      case None => script
    }
  }
}
