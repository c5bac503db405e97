"""Events with a community: contests, challenges, quizzes, questions and answers."""
