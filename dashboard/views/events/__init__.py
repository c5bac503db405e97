"""Events: contests, challenges, quizzes, questions and answers."""
