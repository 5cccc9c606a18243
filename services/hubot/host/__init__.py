"""What runs in the scripts' own process: the stage, and the robot that scripts are given."""
